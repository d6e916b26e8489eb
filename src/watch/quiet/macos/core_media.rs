//! macOS: a camera is in use, according to Core Media. Nothing is filmed to find out, and no permission is needed.

#![allow(
    unsafe_code,
    reason = "Core Media is asked by calls of the system that std does not wrap"
)]

use std::ffi::c_void;
use std::ptr;

use super::core_audio::Address;
use crate::schedule::Hold;
use crate::watch::quiet::source::Source;

pub(super) const SOURCE: Source = Source {
    name: "camera",
    reason: Hold::Call,
    read_state: is_used,
};

/// The id of the object that knows all others.
const SYSTEM: u32 = 1;

const DEVICES: Address = Address::global(*b"dev#");
const RUNS_SOMEWHERE: Address = Address::global(*b"gone");

#[link(name = "CoreMediaIO", kind = "framework")]
unsafe extern "C" {
    fn CMIOObjectGetPropertyDataSize(
        object: u32,
        address: *const Address,
        qualifier_length: u32,
        qualifier: *const c_void,
        length: *mut u32,
    ) -> i32;
    fn CMIOObjectGetPropertyData(
        object: u32,
        address: *const Address,
        qualifier_length: u32,
        qualifier: *const c_void,
        length: u32,
        used: *mut u32,
        value: *mut c_void,
    ) -> i32;
}

fn is_used() -> Option<bool> {
    let mut length = 0;
    // SAFETY: the address is valid, there is no qualifier, and the out-pointer is valid.
    let failed =
        unsafe { CMIOObjectGetPropertyDataSize(SYSTEM, &DEVICES, 0, ptr::null(), &raw mut length) };
    if failed != 0 {
        return None;
    }
    let mut cameras = vec![0_u32; length as usize / size_of::<u32>()];
    let count = read(SYSTEM, &DEVICES, &mut cameras)?;
    cameras.truncate(count);
    let runs = |camera: u32| {
        let mut value = [0];
        read(camera, &RUNS_SOMEWHERE, &mut value) == Some(1) && value[0] != 0
    };
    Some(cameras.into_iter().any(runs))
}

/// Reads a property, and returns how many numbers it has.
fn read(object: u32, address: &Address, value: &mut [u32]) -> Option<usize> {
    let mut used = 0;
    // SAFETY: the address is valid, there is no qualifier, and the buffer has the size that is passed.
    let failed = unsafe {
        CMIOObjectGetPropertyData(
            object,
            address,
            0,
            ptr::null(),
            size_of_val(value) as u32,
            &raw mut used,
            value.as_mut_ptr().cast(),
        )
    };
    (failed == 0).then_some(used as usize / size_of::<u32>())
}
