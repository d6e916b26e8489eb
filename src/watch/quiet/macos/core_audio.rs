//! macOS: a microphone is in use, according to Core Audio: a call. Nothing is recorded to find out, and no permission is needed.

#![allow(
    unsafe_code,
    reason = "Core Audio is asked by calls of the system that std does not wrap"
)]

use std::ffi::c_void;
use std::ptr;

use crate::schedule::Hold;
use crate::watch::quiet::source::Source;

pub(super) const SOURCE: Source = Source {
    name: "microphone",
    reason: Hold::Call,
    read_state: is_recorded,
};

/// The address of a property, for Core Audio and for the cameras.
#[repr(C)]
pub(super) struct Address {
    selector: u32,
    scope: u32,
    element: u32,
}

impl Address {
    /// Returns the address of a property of the whole object.
    pub(super) const fn global(selector: [u8; 4]) -> Self {
        Self::within(selector, *b"glob")
    }

    const fn within(selector: [u8; 4], scope: [u8; 4]) -> Self {
        Self {
            selector: u32::from_be_bytes(selector),
            scope: u32::from_be_bytes(scope),
            element: 0,
        }
    }
}

/// The id of the object that knows all others.
const SYSTEM: u32 = 1;

const DEVICES: Address = Address::global(*b"dev#");
/// All programs that use sound, since macOS 14; each knows if it records.
const PROGRAMS: Address = Address::global(*b"prs#");
const RECORDS: Address = Address::global(*b"piri");
const RUNS_SOMEWHERE: Address = Address::global(*b"gone");
const INPUTS: Address = Address::within(*b"stm#", *b"inpt");
const OUTPUTS: Address = Address::within(*b"stm#", *b"outp");

#[link(name = "CoreAudio", kind = "framework")]
unsafe extern "C" {
    fn AudioObjectGetPropertyDataSize(
        object: u32,
        address: *const Address,
        qualifier_length: u32,
        qualifier: *const c_void,
        length: *mut u32,
    ) -> i32;
    fn AudioObjectGetPropertyData(
        object: u32,
        address: *const Address,
        qualifier_length: u32,
        qualifier: *const c_void,
        length: *mut u32,
        value: *mut c_void,
    ) -> i32;
}

fn is_recorded() -> Option<bool> {
    if let Some(programs) = objects(&PROGRAMS) {
        return Some(
            programs
                .into_iter()
                .any(|program| says_yes(program, &RECORDS)),
        );
    }
    // A device that can also play may be running only for playback.
    let records = |device: u32| {
        says_yes(device, &RUNS_SOMEWHERE)
            && length(device, &INPUTS).is_some_and(|length| length > 0)
            && length(device, &OUTPUTS).is_none_or(|length| length == 0)
    };
    Some(objects(&DEVICES)?.into_iter().any(records))
}

/// Returns the size of a property, in bytes.
fn length(object: u32, address: &Address) -> Option<u32> {
    let mut length = 0;
    // SAFETY: the address is valid, there is no qualifier, and the out-pointer is valid.
    let failed =
        unsafe { AudioObjectGetPropertyDataSize(object, address, 0, ptr::null(), &raw mut length) };
    (failed == 0).then_some(length)
}

/// Returns all objects of one kind that the system has.
fn objects(address: &Address) -> Option<Vec<u32>> {
    let length = length(SYSTEM, address)?;
    let mut objects = vec![0_u32; length as usize / size_of::<u32>()];
    let count = read(SYSTEM, address, &mut objects)?;
    // One may have gone in between.
    objects.truncate(count);
    Some(objects)
}

fn says_yes(object: u32, address: &Address) -> bool {
    let mut value = [0];
    read(object, address, &mut value).is_some() && value[0] != 0
}

/// Reads as many numbers of a property as there is room for, and returns how many that were.
fn read(object: u32, address: &Address, values: &mut [u32]) -> Option<usize> {
    let mut length = size_of_val(values) as u32;
    // SAFETY: the address lives, nothing qualifies it, and there is as much room as is said.
    let failed = unsafe {
        AudioObjectGetPropertyData(
            object,
            address,
            0,
            ptr::null(),
            &raw mut length,
            values.as_mut_ptr().cast(),
        )
    };
    (failed == 0).then_some(length as usize / size_of::<u32>())
}
