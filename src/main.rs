//! Arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    one_arena();
    unhunch::cli::run()
}

/// A heap for each thread would cost more memory than all of them need; it must be said before the first one starts.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(
    unsafe_code,
    reason = "a call of the C library that nothing safe wraps"
)]
fn one_arena() {
    // SAFETY: it changes parameters of the allocator, and no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
        libc::mallopt(libc::M_TRIM_THRESHOLD, 64 * 1024);
        libc::mallopt(libc::M_TOP_PAD, 16 * 1024);
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn one_arena() {}
