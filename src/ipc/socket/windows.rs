//! The control socket on Windows: a named pipe for one user.
//!
//! All reading and writing is overlapped, also where it waits: on a plain handle the system makes a line that is to be
//! written wait for the end of a read that waits for a line.
//!
//! `interprocess` 2.4 has no timeouts for a pipe's reads and writes, so a client that hangs would hang the tray program, and
//! its clients let an impostor's pipe impersonate them; `uds_windows` 1.2 cannot name the peer's user.

#![allow(
    unsafe_code,
    reason = "named pipes, their owners and overlapped work are calls of the system that std does not wrap"
)]

use std::cell::UnsafeCell;
use std::ffi::{CStr, OsStr, c_void};
use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::windows::ffi::OsStrExt as _;
use std::os::windows::fs::OpenOptionsExt as _;
use std::os::windows::io::{AsRawHandle as _, OwnedHandle};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{mem, ptr};

use crate::handles::{Reset, create_event, take_ownership};
use crate::paths::Paths;

use windows_sys::Win32::Foundation::{
    ERROR_BROKEN_PIPE, ERROR_IO_INCOMPLETE, ERROR_IO_PENDING, ERROR_NO_DATA,
    ERROR_OPERATION_ABORTED, ERROR_PIPE_BUSY, ERROR_PIPE_CONNECTED, ERROR_PIPE_NOT_CONNECTED,
    LocalFree, WAIT_TIMEOUT,
};
use windows_sys::Win32::Security::Authorization::{
    ConvertSidToStringSidA, ConvertStringSecurityDescriptorToSecurityDescriptorW, GetSecurityInfo,
    SDDL_REVISION_1, SE_KERNEL_OBJECT,
};
use windows_sys::Win32::Security::{
    GetTokenInformation, OWNER_SECURITY_INFORMATION, PSECURITY_DESCRIPTOR, PSID,
    SECURITY_ATTRIBUTES, TOKEN_QUERY, TOKEN_USER, TokenUser,
};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, PIPE_ACCESS_DUPLEX, ReadFile,
    SECURITY_IDENTIFICATION, WriteFile,
};
use windows_sys::Win32::System::IO::{CancelIoEx, GetOverlappedResultEx, OVERLAPPED};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, PIPE_READMODE_BYTE, PIPE_REJECT_REMOTE_CLIENTS,
    PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES, PIPE_WAIT, PeekNamedPipe, WaitNamedPipeW,
};
use windows_sys::Win32::System::Threading::{GetCurrentProcess, INFINITE, OpenProcessToken};

/// The size of the pipe's buffer in each direction, in bytes.
const BUFFER_BYTES: u32 = 64 * 1024;

/// How long a client waits, in milliseconds, for the moment between two connections in which no instance of the pipe is free.
const BUSY_TIMEOUT_MS: u32 = 2000;

/// Connects to the program that listens on this pipe.
pub(in crate::ipc) fn connect(socket: &Path) -> io::Result<Stream> {
    Stream::connect(socket)
}

/// Returns `true` if the peer has closed the connection.
pub(in crate::ipc) fn is_closed(stream: &Stream) -> bool {
    let pipe = stream.shared.pipe.as_raw_handle();
    let (none, no_count) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: the pipe is open, and nothing is written through the null pointers.
    let open = unsafe { PeekNamedPipe(pipe, none, 0, no_count, no_count, no_count) };
    open == 0
}

/// Returns the path at which the running program listens.
pub(super) fn candidates(paths: &Paths) -> Vec<PathBuf> {
    vec![paths.socket()]
}

/// The server side of the pipe.
#[derive(Debug)]
pub(super) struct Listener {
    path: PathBuf,
    /// The pipe instance for the next client. There always is one, so that a client that finds none knows that no program runs.
    next: Mutex<OwnedHandle>,
}

impl Listener {
    pub(super) fn bind(paths: &Paths) -> io::Result<Self> {
        Self::at(paths.socket())
    }

    fn at(path: PathBuf) -> io::Result<Self> {
        Ok(Self {
            next: Mutex::new(create_instance(&path, FILE_FLAG_FIRST_PIPE_INSTANCE)?),
            path,
        })
    }

    /// Does nothing: the pipe disappears with the program.
    pub(super) fn clear(&self) {}

    pub(super) fn accept(&self) -> io::Result<Stream> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let result = wait_for_caller(&next);
        let end = mem::replace(&mut *next, create_instance(&self.path, 0)?);
        result.map(|()| Stream::new(end))
    }
}

/// Creates a pipe instance that accepts only local connections of the user.
fn create_instance(path: &Path, first: u32) -> io::Result<OwnedHandle> {
    let user = own_sid()?;
    // Owner: the person, whatever groups they are in. Access: all to the person, and nothing to anybody else.
    let rule = Local::descriptor(&format!("O:{user}D:P(A;;GA;;;{user})"))?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: rule.0,
        bInheritHandle: 0,
    };
    let path = wide(path.as_os_str());
    // SAFETY: the path is null-terminated, and the attributes outlive the call.
    let pipe = unsafe {
        CreateNamedPipeW(
            path.as_ptr(),
            PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
            PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
            PIPE_UNLIMITED_INSTANCES,
            BUFFER_BYTES,
            BUFFER_BYTES,
            0,
            &raw const attributes,
        )
    };
    take_ownership(pipe)
}

fn wait_for_caller(end: &OwnedHandle) -> io::Result<()> {
    let work = Work::new()?;
    // SAFETY: the pipe is open, and the work outlives the call: `finish` waits for its end.
    let started = check(unsafe { ConnectNamedPipe(end.as_raw_handle(), work.place()) });
    match work.finish(started, end, None) {
        // The caller was faster. It may even have gone again, and what it sent can still be read.
        Err(error) if is(&error, ERROR_PIPE_CONNECTED) || is(&error, ERROR_NO_DATA) => Ok(()),
        done => done.map(|_| ()),
    }
}

/// A full-duplex connection to the peer.
#[derive(Debug)]
pub struct Stream {
    shared: Arc<Shared>,
    patience: Mutex<Timeouts>,
}

#[derive(Debug)]
struct Shared {
    pipe: OwnedHandle,
    /// `true` after `shutdown`.
    is_over: AtomicBool,
}

#[derive(Clone, Copy, Debug, Default)]
struct Timeouts {
    read: Option<Duration>,
    write: Option<Duration>,
}

impl Stream {
    fn new(pipe: OwnedHandle) -> Self {
        let is_over = AtomicBool::new(false);
        Self {
            shared: Arc::new(Shared { pipe, is_over }),
            patience: Mutex::default(),
        }
    }

    /// Connects to the server at this path.
    ///
    /// # Errors
    /// If no server listens there, or it belongs to another user.
    pub fn connect(path: impl AsRef<Path>) -> io::Result<Self> {
        let stream = Self::new(open_pipe(path.as_ref())?);
        if stream.is_ours()? {
            Ok(stream)
        } else {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    /// Returns another handle to the same connection, with timeouts of its own.
    ///
    /// # Errors
    /// Never on Windows; only other systems can fail here.
    pub fn try_clone(&self) -> io::Result<Self> {
        Ok(Self {
            shared: self.shared.clone(),
            patience: Mutex::new(self.patience()),
        })
    }

    /// Sets the timeout of a read. `None` blocks indefinitely.
    ///
    /// # Errors
    /// Never on Windows; only other systems can fail here.
    pub fn set_read_timeout(&self, patience: Option<Duration>) -> io::Result<()> {
        self.lock().read = patience;
        Ok(())
    }

    /// Sets the timeout of a write. `None` blocks indefinitely.
    ///
    /// # Errors
    /// Never on Windows; only other systems can fail here.
    pub fn set_write_timeout(&self, patience: Option<Duration>) -> io::Result<()> {
        self.lock().write = patience;
        Ok(())
    }

    /// Closes the connection in both directions. Pending operations end, and later ones fail.
    ///
    /// # Errors
    /// Never; other systems may fail here.
    pub fn shutdown(&self, _how: Shutdown) -> io::Result<()> {
        self.shared.is_over.store(true, Ordering::SeqCst);
        cancel(&self.shared.pipe, ptr::null());
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Timeouts> {
        self.patience.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn patience(&self) -> Timeouts {
        *self.lock()
    }

    /// Returns `true` if the pipe was created by the user. Another user could have taken its name first.
    fn is_ours(&self) -> io::Result<bool> {
        let (mut owner, mut rule): (PSID, PSECURITY_DESCRIPTOR) =
            (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the pipe is open and both pointers are valid. `owner` points into the descriptor, which outlives its use.
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
        Ok(sid_text(owner)? == own_sid()?)
    }

    fn finish(
        &self,
        work: &Work,
        started: io::Result<()>,
        patience: Option<Duration>,
    ) -> io::Result<usize> {
        if self.shared.is_over.load(Ordering::SeqCst) {
            // It may have begun after `shutdown` had cancelled everything else.
            cancel(&self.shared.pipe, work.place());
        }
        work.finish(started, &self.shared.pipe, patience)
    }
}

fn open_pipe(path: &Path) -> io::Result<OwnedHandle> {
    let mut options = OpenOptions::new();
    // The server may learn who its client is, and not act in the client's name.
    options
        .read(true)
        .write(true)
        .share_mode(0)
        .custom_flags(FILE_FLAG_OVERLAPPED)
        .security_qos_flags(SECURITY_IDENTIFICATION);
    loop {
        match options.open(path) {
            Err(error) if is(&error, ERROR_PIPE_BUSY) => {
                let path = wide(path.as_os_str());
                // SAFETY: the path ends with a zero.
                check(unsafe { WaitNamedPipeW(path.as_ptr(), BUSY_TIMEOUT_MS) })?;
            }
            opened => return opened.map(OwnedHandle::from),
        }
    }
}

impl Read for &Stream {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let work = Work::new()?;
        // SAFETY: the pipe is open; buffer and work outlive the call: `finish` waits for its end.
        let started = check(unsafe {
            ReadFile(
                self.shared.pipe.as_raw_handle(),
                to.as_mut_ptr(),
                length(to),
                ptr::null_mut(),
                work.place(),
            )
        });
        match self.finish(&work, started, self.patience().read) {
            Err(error) if is_end(&error) => Ok(0),
            read => read,
        }
    }
}

impl Write for &Stream {
    fn write(&mut self, from: &[u8]) -> io::Result<usize> {
        let work = Work::new()?;
        // SAFETY: the pipe is open; buffer and work outlive the call: `finish` waits for its end.
        let started = check(unsafe {
            WriteFile(
                self.shared.pipe.as_raw_handle(),
                from.as_ptr(),
                length(from),
                ptr::null_mut(),
                work.place(),
            )
        });
        match self.finish(&work, started, self.patience().write) {
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

/// An operation of the system's that goes on while the caller waits.
struct Work {
    /// Boxed, as the system writes to it.
    overlapped: Box<UnsafeCell<OVERLAPPED>>,
    _ended: OwnedHandle,
}

impl Work {
    fn new() -> io::Result<Self> {
        let ended = create_event(Reset::Manual)?;
        let overlapped = OVERLAPPED {
            hEvent: ended.as_raw_handle(),
            ..Default::default()
        };
        Ok(Self {
            overlapped: Box::new(overlapped.into()),
            _ended: ended,
        })
    }

    fn place(&self) -> *mut OVERLAPPED {
        self.overlapped.get()
    }

    /// Waits for the end of what has begun with this result, and returns how many bytes were moved. What takes longer than
    /// `patience` is cancelled, and fails.
    fn finish(
        &self,
        started: io::Result<()>,
        pipe: &OwnedHandle,
        patience: Option<Duration>,
    ) -> io::Result<usize> {
        match started {
            Err(error) if !is(&error, ERROR_IO_PENDING) => return Err(error),
            Ok(()) | Err(_) => {}
        }
        match self.wait(pipe, patience.map_or(INFINITE, milliseconds)) {
            Err(error) if is(&error, WAIT_TIMEOUT) => {
                cancel(pipe, self.place());
                // It may have succeeded before it could be cancelled.
                let ended = self.wait(pipe, INFINITE);
                ended.map_err(|_| io::ErrorKind::TimedOut.into())
            }
            ended => ended,
        }
    }

    fn wait(&self, pipe: &OwnedHandle, at_most: u32) -> io::Result<usize> {
        let mut moved = 0;
        loop {
            // SAFETY: the work has begun on this pipe, and the place for the answer is valid.
            let ended = check(unsafe {
                GetOverlappedResultEx(
                    pipe.as_raw_handle(),
                    self.place(),
                    &raw mut moved,
                    at_most,
                    0,
                )
            });
            match ended {
                // A wait that ended early: until the work has ended, the system may write to it and to its buffer.
                Err(error) if is(&error, ERROR_IO_INCOMPLETE) => {}
                ended => return ended.map(|()| moved as usize),
            }
        }
    }
}

/// Cancels one operation on a pipe, or all where it is null. It fails only where nothing is left to cancel.
fn cancel(pipe: &OwnedHandle, work: *const OVERLAPPED) {
    // SAFETY: the pipe is open, and the system only compares the address with those of its operations.
    unsafe { CancelIoEx(pipe.as_raw_handle(), work) };
}

/// The number of the account that this program runs under: `S-1-5-21-…`
fn own_sid() -> io::Result<String> {
    let mut token = ptr::null_mut();
    // SAFETY: the place for the answer is valid.
    check(unsafe { OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &raw mut token) })?;
    let token = take_ownership(token)?;
    // More than any account's number needs; whole words, so that what is written there is aligned.
    let mut user = [0_u64; 32];
    let (length, mut used) = (size_of_val(&user) as u32, 0);
    // SAFETY: the place is valid, and as long as is said.
    check(unsafe {
        GetTokenInformation(
            token.as_raw_handle(),
            TokenUser,
            user.as_mut_ptr().cast(),
            length,
            &raw mut used,
        )
    })?;
    // SAFETY: the system has written a `TOKEN_USER` there.
    sid_text(unsafe { (*user.as_ptr().cast::<TOKEN_USER>()).User.Sid })
}

fn sid_text(sid: PSID) -> io::Result<String> {
    let mut text = ptr::null_mut();
    // SAFETY: the number is valid, and so is the place for the answer.
    check(unsafe { ConvertSidToStringSidA(sid, &raw mut text) })?;
    let text = Local(text.cast());
    // SAFETY: the system has written a text with a zero at its end, which is freed after this.
    let text = unsafe { CStr::from_ptr(text.0.cast()) };
    Ok(text.to_string_lossy().into_owned())
}

/// Memory allocated by the system, to be freed with `LocalFree`.
struct Local(*mut c_void);

impl Local {
    fn descriptor(rule: &str) -> io::Result<Self> {
        let rule = wide(OsStr::new(rule));
        let mut descriptor = ptr::null_mut();
        // SAFETY: the rule is null-terminated, and the pointer to the result is valid.
        check(unsafe {
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
        // SAFETY: the memory was allocated for us by the system, and is freed only once.
        unsafe { LocalFree(self.0) };
    }
}

fn check(answer: i32) -> io::Result<()> {
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
    let ends = [
        ERROR_BROKEN_PIPE,
        ERROR_PIPE_NOT_CONNECTED,
        ERROR_NO_DATA,
        // Cancelled by `shutdown`.
        ERROR_OPERATION_ABORTED,
    ];
    ends.iter().any(|code| is(error, *code))
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
        let listener = Listener::at(pipe(name)).unwrap();
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
        let received = thread::spawn(move || {
            let mut received = [0; 5];
            (&reader).read_exact(&mut received).unwrap();
            received
        });
        (&there).write_all(b"hello").unwrap();
        let mut received_here = [0; 5];
        (&here).read_exact(&mut received_here).unwrap();
        (&here).write_all(b"there").unwrap();
        assert_eq!(
            (&received_here, &received.join().unwrap()),
            (b"hello", b"there")
        );
    }

    #[test]
    fn data_sent_before_closing_is_received() {
        let (here, there) = pair("last");
        (&here).write_all(b"bye").unwrap();
        drop(here);
        let mut received = Vec::new();
        (&there).read_to_end(&mut received).unwrap();
        assert_eq!(received, b"bye");
        assert!((&there).write_all(b"?").is_err());
    }

    #[test]
    fn a_peer_that_leaves_is_noticed() {
        let (here, there) = pair("leaves");
        assert!(!is_closed(&here));
        drop(there);
        assert!(is_closed(&here));
    }

    #[test]
    fn read_times_out_and_ends_on_shutdown() {
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
        assert_eq!((&here).read(&mut [0]).unwrap(), 0);
    }

    #[test]
    fn a_write_that_nobody_reads_ends() {
        let (here, _there) = pair("full");
        here.set_write_timeout(Some(Duration::from_millis(30)))
            .unwrap();
        let error = (&here).write_all(&vec![0; 1 << 20]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut, "{error}");
    }

    #[test]
    fn connect_without_a_server_fails_at_once() {
        let error = Stream::connect(pipe("nobody")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn callers_come_one_after_another() {
        let listener = Listener::at(pipe("many")).unwrap();
        let callers = thread::spawn(|| {
            for _ in 0..20 {
                (&Stream::connect(pipe("many")).unwrap())
                    .write_all(b"x")
                    .unwrap();
            }
        });
        for _ in 0..20 {
            let mut received = Vec::new();
            (&listener.accept().unwrap())
                .read_to_end(&mut received)
                .unwrap();
            assert_eq!(received, b"x");
        }
        callers.join().unwrap();
    }
}
