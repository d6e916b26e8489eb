//! The window under somebody's hands: a real pointer and a real keyboard, on every page, in the sizes that people have.
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;

mod clumsy;
mod crawler;
mod journeys;
mod pages;
mod reader;
mod screen;
