//! The window with a real pointer and a real keyboard, on every page and in common sizes.
#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;

mod clumsy;
mod crawler;
mod journeys;
mod layouts;
mod pages;
mod reader;
mod screen;
