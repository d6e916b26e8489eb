//! macOS: a microphone is in use, as Core Audio knows it: a call. Nothing is recorded for that, and no permission is needed.

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
    why: Hold::Call,
    ask: is_recorded,
};

/// What of an object is asked for, here and among the cameras.
#[repr(C)]
pub(super) struct Address {
    selector: u32,
    scope: u32,
    element: u32,
}

impl Address {
    /// A property of the whole object.
    pub(super) const fn of(selector: [u8; 4]) -> Self {
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

/// The object that knows all others.
const SYSTEM: u32 = 1;

const DEVICES: Address = Address::of(*b"dev#");
/// Since macOS 14: all programs that use sound, and whether one records.
const PROGRAMS: Address = Address::of(*b"prs#");
const RECORDS: Address = Address::of(*b"piri");
const RUNS_SOMEWHERE: Address = Address::of(*b"gone");
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
    // A device that plays, too, may be running for that alone.
    let records = |device: u32| {
        says_yes(device, &RUNS_SOMEWHERE)
            && length(device, &INPUTS).is_some_and(|length| length > 0)
            && length(device, &OUTPUTS).is_none_or(|length| length == 0)
    };
    Some(objects(&DEVICES)?.into_iter().any(records))
}

/// How many bytes a property has.
fn length(object: u32, address: &Address) -> Option<u32> {
    let mut length = 0;
    // SAFETY: the address lives, nothing qualifies it, and the place for the answer is valid.
    let failed =
        unsafe { AudioObjectGetPropertyDataSize(object, address, 0, ptr::null(), &raw mut length) };
    (failed == 0).then_some(length)
}

/// The objects of one kind that the system has.
fn objects(address: &Address) -> Option<Vec<u32>> {
    let length = length(SYSTEM, address)?;
    let mut objects = vec![0_u32; length as usize / size_of::<u32>()];
    let found = read(SYSTEM, address, &mut objects)?;
    // One may have gone in between.
    objects.truncate(found);
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
