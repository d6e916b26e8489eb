//! The animated figure of an exercise, drawn from joint angles.
//!
//! The `[figure]` table of an exercise file is a [`Drawing`]: a camera, props and named poses. A [`Stance`] is a moment of a
//! movement between poses. A picture depends only on these two, the size and the [`Style`]: nothing here reads a clock or a file
//! or starts a thread.
//!
//! Modules in reading order:
//!
//! - [`pose`]: joint angles, as written in the file and as resolved for one moment.
//! - [`motion`]: position within a movement, easing and breathing.
//! - [`skeleton`]: forward and inverse kinematics, bone lengths and joint limits.
//! - [`shape`]: camera, outlines and fills, the elements of a picture.
//! - `colours` and `look`: the colours of a theme; skin, hair, clothes and build of a person.
//! - [`focus`]: the body region that an exercise works.
//! - `sketch` and `depth`: code shared by all parts: outlines and shading, and the painting order.
//! - `trunk`, `head`, `limbs` and `props`: the parts themselves; `scene` puts them together.
//! - `arrow`: the direction of the next movement, and where it ends.
//! - `landmarks`: whether a movement can be seen.
//! - [`drawing`]: the `[figure]` table: named poses, validation and rendering.
//! - `paint`: rasterizes shapes into memory (only with the feature `paint`).

mod arrow;
pub mod colours;
mod depth;
pub mod drawing;
pub mod focus;
mod head;
mod landmarks;
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
pub use landmarks::{FAINTEST, Landmarks};
pub use look::{Character, Style};
pub use motion::Stance;
#[cfg(feature = "paint")]
pub use paint::Painter;
pub use pose::Pose;
pub use props::Prop;
pub use shape::{Fill, Rgba, Shape, View, extent};
pub use skeleton::Body;
