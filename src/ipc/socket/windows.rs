//! Windows: a named pipe that lets in one user.
//!
//! All reading and writing is overlapped, also where it waits: on a plain handle the system makes a line that is to be
//! written wait for the end of a read that waits for a line.

#![allow(
    unsafe_code,
    reason = "named pipes, their owners and overlapped work are calls of the system that std does not wrap"
)]

use std::ffi::{OsStr, c_void};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::io::{AsRawHandle as _, FromRawHandle as _, OwnedHandle};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{mem, ptr};

use windows_sys::Win32::Foundation::{
    ERROR_BROKEN_PIPE, ERROR_IO_INCOMPLETE, ERROR_IO_PENDING, ERROR_NO_DATA, ERROR_PIPE_BUSY,
    ERROR_PIPE_CONNECTED, ERROR_PIPE_NOT_CONNECTED, GENERIC_READ, GENERIC_WRITE, HANDLE,
    INVALID_HANDLE_VALUE, LocalFree, WAIT_FAILED, WAIT_OBJECT_0, WAIT_TIMEOUT,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidW, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo,
    SDDL_REVISION_1, SE_KERNEL_OBJECT,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
    SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    CreateFileW, FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, OPEN_EXISTING,
    PIPE_ACCESS_DUPLEX, ReadFile, SECURITY_IDENTIFICATION, SECURITY_SQOS_PRESENT, WriteFile,
};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, PIPE_READMODE_BYTE, PIPE_REJECT_REMOTE_CLIENTS,
    PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, PIPE_WAIT, WaitNamedPipeW,
};
use windows_sys::Win32::System::Threading::{
    CreateEventW, GetCurrentProcess, INFINITE, OpenProcessToken, SetEvent, WaitForMultipleObjects,
};

/// Bytes that the system keeps of what was written and not yet read, in each direction.
const BUFFER: u32 = 64 * 1024;

/// How long a caller waits, in milliseconds, for the moment between one call and the next in which nobody listens.
const BUSY: u32 = 2000;

/// The folder lies in the person's profile, which is closed to others.
pub(super) fn make_own(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// A file in such a folder.
pub(super) fn open_own(file: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(file)
}

/// The pipe goes with the program.
pub(super) fn clear(_socket: &Path) {}

/// Hears callers.
#[derive(Debug)]
pub(super) struct Listener {
    path: PathBuf,
    /// The end that the next caller gets; there always is one, so that a caller who finds none knows that nobody runs.
    next: Mutex<OwnedHandle>,
}

impl Listener {
    pub(super) fn bind(path: &Path) -> io::Result<Self> {
        Ok(Self {
            path: path.to_owned(),
            next: Mutex::new(make_end(path, FILE_FLAG_FIRST_PIPE_INSTANCE)?),
        })
    }

    pub(super) fn accept(&self) -> io::Result<Stream> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let came = wait_for_caller(&next);
        let end = mem::replace(&mut *next, make_end(&self.path, 0)?);
        came?;
        Stream::new(end)
    }
}

/// One end of a pipe, for the person alone and not from another computer.
fn make_end(path: &Path, first: u32) -> io::Result<OwnedHandle> {
    let user = User::of_this_program()?.name()?;
    // Owner: the person, whatever groups they are in. Access: all to the person, and nothing to anybody else.
    let rule = Local::descriptor(&format!("O:{user}D:P(A;;GA;;;{user})"))?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: rule.0,
        bInheritHandle: 0,
    };
    let path = wide(path.as_os_str());
    // SAFETY: the path ends with a zero, and the attributes live until the call returns.
    let pipe = unsafe {
        CreateNamedPipeW(
            path.as_ptr(),
            PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
            PIPE_UNLIMITED_INSTANCES,
            BUFFER,
            BUFFER,
            0,
            &raw const attributes,
        )
    };
    own(pipe)
}

fn wait_for_caller(end: &OwnedHandle) -> io::Result<()> {
    let work = Work::new()?;
    // SAFETY: the pipe is open, and the work outlives the call: `finish` waits for its end.
    let begun = unsafe { ConnectNamedPipe(end.as_raw_handle(), work.place()) };
    match work.finish(begun, end, None, None) {
        // The caller was faster. It may even have gone again, and what it said can still be heard.
        Err(error) if is(&error, ERROR_PIPE_CONNECTED) || is(&error, ERROR_NO_DATA) => Ok(()),
        done => done.map(|_| ()),
    }
}

/// A connection. Both ends read and write at once.
#[derive(Debug)]
pub struct Stream {
    shared: Arc<Shared>,
    patience: Mutex<Patience>,
}

#[derive(Debug)]
struct Shared {
    pipe: OwnedHandle,
    /// Set when we have hung up.
    over: OwnedHandle,
}

#[derive(Clone, Copy, Debug, Default)]
struct Patience {
    read: Option<Duration>,
    write: Option<Duration>,
}

impl Stream {
    fn new(pipe: OwnedHandle) -> io::Result<Self> {
        let over = event()?;
        Ok(Self {
            shared: Arc::new(Shared { pipe, over }),
            patience: Mutex::default(),
        })
    }

    /// Calls the one who listens there.
    ///
    /// # Errors
    /// When nobody listens, or somebody else than the person does.
    pub fn connect(path: impl AsRef<Path>) -> io::Result<Self> {
        let stream = Self::new(call(path.as_ref().as_os_str())?)?;
        if stream.is_ours()? {
            Ok(stream)
        } else {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    /// Another hold on the same connection, with a patience of its own.
    ///
    /// # Errors
    /// Never; other systems may fail here.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            shared: self.shared.clone(),
            patience: Mutex::new(self.patience()),
        })
    }

    /// How long a read may take; `None`: as long as it likes.
    ///
    /// # Errors
    /// Never; other systems may fail here.
    pub fn set_read_timeout(&self, patience: Option<Duration>) -> io::Result<()> {
        self.lock().read = patience;
        Ok(())
    }

    /// How long a write may take; `None`: as long as it likes.
    ///
    /// # Errors
    /// Never; other systems may fail here.
    pub fn set_write_timeout(&self, patience: Option<Duration>) -> io::Result<()> {
        self.lock().write = patience;
        Ok(())
    }

    /// Hangs up, in both directions: what waits ends, and nothing is read or written afterwards.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn shutdown(&self, _how: Shutdown) -> io::Result<()> {
        // SAFETY: the event is open as long as it is shared.
        done(unsafe { SetEvent(self.shared.over.as_raw_handle()) })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Patience> {
        self.patience.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn patience(&self) -> Patience {
        *self.lock()
    }

    /// Whether the pipe was made by the person: somebody else could have taken its name.
    fn is_ours(&self) -> io::Result<bool> {
        let (mut owner, mut rule): (PSID, PSECURITY_DESCRIPTOR) =
            (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the pipe is open, and both places are valid; the owner lies within the descriptor, which is freed last.
        let code = unsafe {
            GetSecurityInfo(
                self.shared.pipe.as_raw_handle(),
                SE_KERNEL_OBJECT,
                OWNER_SECURITY_INFORMATION,
                &raw mut owner,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                &raw mut rule,
            )
        };
        if code != 0 {
            return Err(io::Error::from_raw_os_error(code as i32));
        }
        let _rule = Local(rule);
        Ok(name(owner)? == User::of_this_program()?.name()?)
    }

    fn finish(&self, work: &Work, begun: i32, patience: Option<Duration>) -> io::Result<usize> {
        work.finish(begun, &self.shared.pipe, Some(&self.shared.over), patience)
    }
}

/// The pipe as a file, for the time between two callers waited for.
fn call(path: &OsStr) -> io::Result<OwnedHandle> {
    let path = wide(path);
    loop {
        // SAFETY: the path ends with a zero. The other end may learn who calls, and not act in our name.
        let pipe = unsafe {
            CreateFileW(
                path.as_ptr(),
                GENERIC_READ | GENERIC_WRITE,
                0,
                ptr::null(),
                OPEN_EXISTING,
                FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
                ptr::null_mut(),
            )
        };
        match own(pipe) {
            Err(error) if is(&error, ERROR_PIPE_BUSY) => {
                // SAFETY: the path ends with a zero.
                done(unsafe { WaitNamedPipeW(path.as_ptr(), BUSY) })?;
            }
            called => return called,
        }
    }
}

impl Read for &Stream {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let work = Work::new()?;
        // SAFETY: the pipe is open; buffer and work outlive the call: `finish` waits for its end.
        let begun = unsafe {
            ReadFile(
                self.shared.pipe.as_raw_handle(),
                to.as_mut_ptr(),
                length(to),
                ptr::null_mut(),
                work.place(),
            )
        };
        match self.finish(&work, begun, self.patience().read) {
            Err(error) if is_end(&error) => Ok(0),
            read => read,
        }
    }
}

impl Write for &Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let work = Work::new()?;
        // SAFETY: the pipe is open; buffer and work outlive the call: `finish` waits for its end.
        let begun = unsafe {
            WriteFile(
                self.shared.pipe.as_raw_handle(),
                from.as_ptr(),
                length(from),
                ptr::null_mut(),
                work.place(),
            )
        };
        match self.finish(&work, begun, self.patience().write) {
            Err(error) if is_end(&error) => Err(io::ErrorKind::BrokenPipe.into()),
            written => written,
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Read for Stream {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        (&*self).read(to)
    }
}

impl Write for Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        (&*self).write(from)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Work that the system does in its own time.
struct Work {
    /// In a place of its own: the system writes to it.
    overlapped: Box<std::cell::UnsafeCell<OVERLAPPED>>,
    ended: OwnedHandle,
}

impl Work {
    fn new() -> io::Result<Self> {
        let ended = event()?;
        let overlapped = OVERLAPPED {
            hEvent: ended.as_raw_handle(),
            ..Default::default()
        };
        Ok(Self {
            overlapped: Box::new(overlapped.into()),
            ended,
        })
    }

    fn place(&self) -> *mut OVERLAPPED {
        self.overlapped.get()
    }

    /// Waits for the end of what has begun with this answer; how many bytes were moved. It is taken back, and fails, when
    /// `over` is set or `patience` is at its end.
    fn finish(
        &self,
        begun: i32,
        pipe: &OwnedHandle,
        over: Option<&OwnedHandle>,
        patience: Option<Duration>,
    ) -> io::Result<usize> {
        if begun == 0 {
            let error = io::Error::last_os_error();
            if !is(&error, ERROR_IO_PENDING) {
                return Err(error);
            }
        }
        let stopped = self.wait(over, patience);
        if stopped.is_err() {
            // SAFETY: both are open. It fails only where there is nothing left to be taken back.
            unsafe { CancelIoEx(pipe.as_raw_handle(), self.place()) };
        }
        let mut moved = 0;
        let finished = loop {
            // SAFETY: the work has begun on this pipe, and the place for the answer is valid. It waits for the end of the
            // work, after which the system writes neither to it nor to its buffer.
            let finished = done(unsafe {
                GetOverlappedResult(pipe.as_raw_handle(), self.place(), &raw mut moved, 1)
            });
            // Whatever woke us: as long as the system works, its place and its buffer stay.
            if !finished
                .as_ref()
                .is_err_and(|error| is(error, ERROR_IO_INCOMPLETE))
            {
                break finished;
            }
        };
        match (finished, stopped) {
            (Ok(()), _) => Ok(moved as usize),
            (Err(_), Err(why)) => Err(why),
            (Err(error), Ok(())) => Err(error),
        }
    }

    fn wait(&self, over: Option<&OwnedHandle>, patience: Option<Duration>) -> io::Result<()> {
        let ended = self.ended.as_raw_handle();
        let events: [HANDLE; 2] = [ended, over.map_or(ended, |over| over.as_raw_handle())];
        let count = 1 + u32::from(over.is_some());
        let patience = patience.map_or(INFINITE, milliseconds);
        // SAFETY: that many handles are there, and open.
        match unsafe { WaitForMultipleObjects(count, events.as_ptr(), 0, patience) } {
            WAIT_OBJECT_0 => Ok(()),
            WAIT_TIMEOUT => Err(io::ErrorKind::TimedOut.into()),
            WAIT_FAILED => Err(io::Error::last_os_error()),
            _ => Err(io::Error::from_raw_os_error(ERROR_BROKEN_PIPE as i32)),
        }
    }
}

/// The account that a program runs under.
struct User(Vec<u64>);

impl User {
    fn of_this_program() -> io::Result<Self> {
        let mut token = ptr::null_mut();
        // SAFETY: the place for the answer is valid.
        done(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
        let token = own(token)?;
        // More than any account's number needs; whole words, so that what is written there lies right.
        let mut user = vec![0_u64; 32];
        let (length, mut used) = (size_of_val(&user[..]) as u32, 0);
        // SAFETY: the place is valid, and as long as is said.
        done(unsafe {
            GetTokenInformation(
                token.as_raw_handle(),
                TokenUser,
                user.as_mut_ptr().cast(),
                length,
                &raw mut used,
            )
        })?;
        Ok(Self(user))
    }

    /// `S-1-5-21-…`
    fn name(&self) -> io::Result<String> {
        // SAFETY: the system has written a `TOKEN_USER` there.
        let sid = unsafe { (*self.0.as_ptr().cast::<TOKEN_USER>()).User.Sid };
        name(sid)
    }
}

fn name(sid: PSID) -> io::Result<String> {
    let mut text = ptr::null_mut();
    // SAFETY: the number is valid, and so is the place for the answer.
    done(unsafe { ConvertSidToStringSidW(sid, &raw mut text) })?;
    let text = Local(text.cast());
    let text: *const u16 = text.0.cast_const().cast();
    // SAFETY: the system has written a text with a zero at its end, which is freed after this.
    let letters = (0..).map(|at| unsafe { *text.add(at) });
    Ok(letters
        .take_while(|letter| *letter != 0)
        .map(|letter| char::from(letter as u8))
        .collect())
}

/// Something of the system's that we give back.
struct Local(*mut c_void);

impl Local {
    fn descriptor(rule: &str) -> io::Result<Self> {
        let rule = wide(OsStr::new(rule));
        let mut descriptor = ptr::null_mut();
        // SAFETY: the rule ends with a zero, and the place for the answer is valid.
        done(unsafe {
            ConvertStringSecurityDescriptorToSecurityDescriptorW(
                rule.as_ptr(),
                SDDL_REVISION_1,
                &raw mut descriptor,
                ptr::null_mut(),
            )
        })?;
        Ok(Self(descriptor))
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // SAFETY: it came from the system for us to free, and is freed once.
        unsafe { LocalFree(self.0) };
    }
}

/// An event that stays set once it is.
fn event() -> io::Result<OwnedHandle> {
    // SAFETY: all that is optional is left out.
    own(unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) })
}

fn own(handle: HANDLE) -> io::Result<OwnedHandle> {
    if handle.is_null() || handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system has just given it to us, and to nobody else.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn done(answer: i32) -> io::Result<()> {
    if answer == 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

fn is(error: &io::Error, code: u32) -> bool {
    error.raw_os_error() == Some(code as i32)
}

fn is_end(error: &io::Error) -> bool {
    [ERROR_BROKEN_PIPE, ERROR_PIPE_NOT_CONNECTED, ERROR_NO_DATA]
        .iter()
        .any(|code| is(error, *code))
}

fn length(buffer: &[u8]) -> u32 {
    u32::try_from(buffer.len()).unwrap_or(u32::MAX)
}

fn milliseconds(patience: Duration) -> u32 {
    u32::try_from(patience.as_millis())
        .map_or(INFINITE - 1, |patience| patience.clamp(1, INFINITE - 1))
}

fn wide(text: &OsStr) -> Vec<u16> {
    text.encode_wide().chain([0]).collect()
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn pipe(name: &str) -> PathBuf {
        PathBuf::from(format!(
            r"\\.\pipe\unhunch-test-{}-{name}",
            std::process::id()
        ))
    }

    fn pair(name: &str) -> (Stream, Stream) {
        let listener = Listener::bind(&pipe(name)).unwrap();
        let caller = thread::spawn({
            let path = pipe(name);
            move || Stream::connect(path).unwrap()
        });
        (listener.accept().unwrap(), caller.join().unwrap())
    }

    #[test]
    fn a_line_is_written_while_the_other_way_is_read() {
        let (here, there) = pair("both");
        let reader = there.try_clone().unwrap();
        let heard = thread::spawn(move || {
            let mut heard = [0; 5];
            (&reader).read_exact(&mut heard).unwrap();
            heard
        });
        (&there).write_all(b"hello").unwrap();
        let mut heard_here = [0; 5];
        (&here).read_exact(&mut heard_here).unwrap();
        (&here).write_all(b"there").unwrap();
        assert_eq!((&heard_here, &heard.join().unwrap()), (b"hello", b"there"));
    }

    #[test]
    fn what_was_said_before_hanging_up_is_heard() {
        let (here, there) = pair("last");
        (&here).write_all(b"bye").unwrap();
        drop(here);
        let mut heard = Vec::new();
        (&there).read_to_end(&mut heard).unwrap();
        assert_eq!(heard, b"bye");
        assert!((&there).write_all(b"?").is_err());
    }

    #[test]
    fn nobody_is_waited_for_without_end() {
        let (here, _there) = pair("patience");
        here.set_read_timeout(Some(Duration::from_millis(30)))
            .unwrap();
        let error = (&here).read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error}");
        here.set_read_timeout(None).unwrap();
        let waiter = here.try_clone().unwrap();
        let waits = thread::spawn(move || (&waiter).read(&mut [0]).unwrap());
        here.shutdown(Shutdown::Both).unwrap();
        assert_eq!(waits.join().unwrap(), 0);
    }

    #[test]
    fn where_nobody_listens_the_call_fails_at_once() {
        let error = Stream::connect(pipe("nobody")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn callers_come_one_after_another() {
        let listener = Listener::bind(&pipe("many")).unwrap();
        let callers = thread::spawn(|| {
            for _ in 0..20 {
                (&Stream::connect(pipe("many")).unwrap())
                    .write_all(b"x")
                    .unwrap();
            }
        });
        for _ in 0..20 {
            let mut heard = Vec::new();
            (&listener.accept().unwrap())
                .read_to_end(&mut heard)
                .unwrap();
            assert_eq!(heard, b"x");
        }
        callers.join().unwrap();
    }
}
