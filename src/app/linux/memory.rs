//! What only starting or an event needed is given back while we wait.
//!
//! Nearly all that a small program holds is its own code, and while it waits it needs next to none of that. The pages
//! lie in the file and come back from there, or from the system's cache of it, at the next event; that costs less than
//! a tenth of a millisecond, a few times an hour.

use std::fs;
use std::ops::Range;
use std::sync::OnceLock;

/// Where our code lies.
static CODE: OnceLock<Vec<Range<usize>>> = OnceLock::new();

/// Lets go of the pages of our code.
pub(super) fn forget_code() {
    CODE.get_or_init(find_code).iter().for_each(forget);
}

fn find_code() -> Vec<Range<usize>> {
    let maps = fs::read_to_string("/proc/self/maps").unwrap_or_default();
    let ours = std::env::current_exe().unwrap_or_default();
    maps.lines()
        .filter_map(|line| code_of(line, &ours.to_string_lossy()))
        .collect()
}

/// The addresses of a mapping, if it is code of that file, or the texts and tables at its beginning: nobody can write to them, so
/// that nothing in them can be lost. What else cannot be written has been, by the loader.
fn code_of(line: &str, file: &str) -> Option<Range<usize>> {
    let mut words = line.split_ascii_whitespace();
    let (range, rights, offset) = (words.next()?, words.next()?, words.next()?);
    let constant = rights == "r-xp" || (rights == "r--p" && offset.bytes().all(|c| c == b'0'));
    let ours = constant && line.ends_with(file) && !file.is_empty();
    let (from, to) = range.split_once('-').filter(|_| ours)?;
    Some(usize::from_str_radix(from, 16).ok()?..usize::from_str_radix(to, 16).ok()?)
}

#[expect(unsafe_code, reason = "a call of the system that nothing safe wraps")]
fn forget(code: &Range<usize>) {
    // SAFETY: the range is a whole mapping of our own file that nobody can write to; its pages are read again from
    // there at the next use. An error changes nothing.
    unsafe {
        libc::madvise(
            code.start as *mut libc::c_void,
            code.len(),
            libc::MADV_DONTNEED,
        )
    };
}

/// Gives free heap back to the system.
#[cfg(target_env = "gnu")]
#[expect(
    unsafe_code,
    reason = "a call of the C library that nothing safe wraps"
)]
pub(super) fn trim() {
    // SAFETY: it only returns free pages of the heap to the system.
    unsafe { libc::malloc_trim(0) };
}

/// Gives free heap back to the system.
#[cfg(not(target_env = "gnu"))]
pub(super) fn trim() {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_of_our_own_is_forgotten() {
        let exe = "/usr/bin/unhunch";
        let line = "55d0a000-55d2c000 r-xp 00086000 08:01 1234    /usr/bin/unhunch";
        assert_eq!(code_of(line, exe), Some(0x55d0_a000..0x55d2_c000));
        assert_eq!(code_of(&line.replace("r-xp", "rw-p"), exe), None);
        let constants = line.replace("r-xp", "r--p");
        assert_eq!(code_of(&constants, exe), None, "the loader wrote there");
        let constants = constants.replace("00086000", "00000000");
        assert_eq!(code_of(&constants, exe), Some(0x55d0_a000..0x55d2_c000));
        assert_eq!(
            code_of("7f00-7f10 r-xp 0 08:01 99 /lib/libc.so.6", exe),
            None
        );
        assert_eq!(code_of("", exe), None);
        assert_eq!(code_of(line, ""), None);
    }

    #[test]
    fn forgotten_code_runs_on() {
        assert_eq!(find_code().len(), 2, "a test has code and constants, too");
        forget_code();
        trim();
        assert_eq!(
            code_of("1000-2000 r-xp 0 0:0 0 x", "x"),
            Some(0x1000..0x2000)
        );
    }
}
