//! How an exercise looks: a person, drawn from joint angles.
//!
//! The `[figure]` table of an exercise file is a [`Drawing`]: a camera, props and named poses. A [`Stance`] says where between
//! two poses the person is. From these two everything follows, and always the same way: no clock, disk or thread here.
//!
//! In reading order:
//!
//! - [`pose`]: joint angles, as written in the file and as resolved for one moment.
//! - [`motion`]: the way from one pose to another.
//! - [`skeleton`]: from angles to joint positions; bone lengths and the limits of human joints.
//! - [`shape`]: camera, outlines and fills: what a picture is made of.
//! - `colours` and `look`: the colours of a theme; skin, hair, clothes and build of a person.
//! - [`focus`]: the region of the body that works.
//! - `sketch` and `depth`: what all parts share: outlines and shading; which part covers which.
//! - `trunk`, `head`, `limbs` and `props`: the parts themselves; `scene` puts them together.
//! - [`drawing`]: the `[figure]` table: its poses by name, its mistakes in sentences, its picture.
//! - `paint`: shapes to pixels in memory (only with the feature `window`).

pub mod colours;
mod depth;
pub mod drawing;
pub mod focus;
mod head;
mod limbs;
mod look;
pub mod motion;
#[cfg(feature = "paint")]
pub mod paint;
pub mod pose;
mod props;
mod scene;
pub mod shape;
pub mod skeleton;
mod sketch;
mod trunk;

pub use colours::Theme;
pub use drawing::Drawing;
pub use focus::{Bone, Focus};
pub use look::{Look, Style};
pub use motion::Stance;
#[cfg(feature = "paint")]
pub use paint::Painter;
pub use pose::Pose;
pub use props::Prop;
pub use shape::{Fill, Rgba, Shape, View, extent};
pub use skeleton::Body;
