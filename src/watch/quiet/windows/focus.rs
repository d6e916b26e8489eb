//! Windows: do-not-disturb mode, formerly called focus assist and quiet hours.
//!
//! Windows has no documented API for it. We read the state that its own shell publishes, with a function that has existed
//! since Windows 8; if it is missing or returns something else, the state is unknown.

#![allow(
    unsafe_code,
    reason = "the function is looked for at run time, and called as the system calls it"
)]

use std::ffi::c_void;
use std::mem;
use std::ptr;

use windows_sys::Win32::System::LibraryLoader::{GetModuleHandleW, GetProcAddress};
use windows_sys::core::{s, w};

use crate::schedule::Hold;
use crate::watch::quiet::source::Source;

pub(super) const SOURCE: Source = Source {
    name: "focus",
    reason: Hold::DoNotDisturb,
    read_state: is_on,
};

/// The active profile: 0 none, 1 priority only, 2 alarms only. This is the name
/// `WNF_SHEL_QUIETHOURS_ACTIVE_PROFILE_CHANGED` among the states that parts of Windows publish.
static PROFILE: u64 = 0x0D83_063E_A3BF_1C75;

type Query = unsafe extern "system" fn(
    name: *const u64,
    kind: *const c_void,
    scope: *const c_void,
    stamp: *mut u32,
    value: *mut c_void,
    length: *mut u32,
) -> i32;

fn is_on() -> Option<bool> {
    let query = query()?;
    let (mut stamp, mut profile) = (0, 0_u32);
    let mut length = size_of_val(&profile) as u32;
    // SAFETY: the name and the out-pointers are valid, and the value has the size that is passed.
    let failed = unsafe {
        query(
            &raw const PROFILE,
            ptr::null(),
            ptr::null(),
            &raw mut stamp,
            (&raw mut profile).cast(),
            &raw mut length,
        )
    };
    let is_known = failed == 0 && length as usize == size_of_val(&profile);
    is_known.then_some(profile != 0)
}

fn query() -> Option<Query> {
    // SAFETY: the library is part of every process, and the function has always had this signature.
    unsafe {
        let library = GetModuleHandleW(w!("ntdll.dll"));
        let function = GetProcAddress(library, s!("NtQueryWnfStateData"))?;
        Some(mem::transmute::<unsafe extern "system" fn() -> isize, Query>(function))
    }
}
