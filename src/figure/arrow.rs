//! An arrow along the path of a movement, and the faint outline of the pose in which it ends.

use glam::Vec3;

use super::colours::Palette;
use super::shape::{Ball, Camera, Fill, Shape, faded};
use super::skeleton::Body;

/// The number of points of a path.
const POINTS: usize = 32;

/// The length of the shortest path that gets an arrow, cm on the picture.
const SHORTEST: f32 = 1.5;

/// The length to which the arrow of a shorter path is stretched, cm.
const LEGIBLE: f32 = 11.0;

/// A path is a circle if its ends are closer than this fraction of its length.
const CLOSED: f32 = 0.25;

/// The fraction of a circle that its arrow covers.
const OPEN: f32 = 0.8;

/// The joints that can lead a movement. The trunk between them follows.
pub(super) const LEADERS: [&str; 12] = [
    "head",
    "mid",
    "pelvis",
    "left shoulder",
    "left elbow",
    "left palm",
    "right shoulder",
    "right elbow",
    "right palm",
    "left ankle",
    "right ankle",
    "chest",
];

/// The path of a joint through the room, cm.
pub(super) struct Path(Vec<Vec3>);

impl Path {
    /// Returns the path of the joint `leader`, or else of the one that moves farthest on the picture. `None` if nothing is seen to
    /// move. `body` is the body at a fraction of the movement.
    pub(super) fn leading(
        camera: &Camera,
        leader: Option<&str>,
        body: impl Fn(f32) -> Body,
    ) -> Option<Self> {
        let joints: Vec<_> = (0..=POINTS)
            .map(|number| body(number as f32 / POINTS as f32).joints())
            .collect();
        let of_joint = |name: &&str| {
            let at = joints[0].iter().position(|(joint, _)| joint == name)?;
            Some(Self(joints.iter().map(|all| all[at].1).collect()))
        };
        let is_leader = |name: &&&str| leader.is_none_or(|leader| leader == **name);
        let paths = LEADERS.iter().filter(is_leader).filter_map(of_joint);
        // Left and right often move alike; the nearer one is seen.
        let key = |path: &Self| path.length(camera) + 0.01 * camera.depth(path.0[POINTS / 2]);
        let longest = paths.max_by(|a, b| key(a).total_cmp(&key(b)))?;
        (longest.length(camera) >= SHORTEST).then_some(longest)
    }

    /// The length on the picture, cm.
    fn length(&self, camera: &Camera) -> f32 {
        let distance = |pair: &[Vec3]| camera.project(pair[0]).distance(camera.project(pair[1]));
        self.0.windows(2).map(distance).sum::<f32>() / camera.scale
    }

    /// Returns the part to draw: most of a circle, and long enough to be read.
    fn legible(mut self, camera: &Camera) -> Self {
        let length = self.length(camera);
        let (first, last) = (self.0[0], self.0[self.0.len() - 1]);
        let apart = camera.project(first).distance(camera.project(last)) / camera.scale;
        let mut fixed = first;
        if apart < CLOSED * length {
            fixed = self.0.iter().sum::<Vec3>() / self.0.len() as f32;
            self.0.truncate((self.0.len() as f32 * OPEN) as usize);
        }
        let stretch = (LEGIBLE / length).max(1.0);
        for point in &mut self.0 {
            *point = fixed + (*point - fixed) * stretch;
        }
        self
    }

    /// Returns the arrow, which is drawn over everything else. `strength` is its opacity, 0 to 1.
    pub(super) fn arrow(self, camera: &Camera, palette: &Palette, strength: f32) -> Vec<Shape> {
        let path = self.legible(camera);
        let length = path.length(camera);
        let head = (length * 0.3).clamp(3.0, 6.0);
        // The shaft ends in the middle of the head.
        let is_shaft = |point: &&Vec3| {
            let to_tip = camera.project(**point).distance(camera.project(path.tip()));
            to_tip / camera.scale > head * 0.6
        };
        let shaft: Vec<Vec3> = path.0.iter().filter(is_shaft).copied().collect();
        let Some(&neck) = shaft.last() else {
            return Vec::new();
        };
        let layers = [(0.75, palette.paper), (0.0, palette.arrow)];
        let draw = |(margin, colour)| {
            let thick = |(number, &point): (usize, &Vec3)| {
                let along = number as f32 / shaft.len() as f32;
                (point, 0.35 + 0.6 * along + margin)
            };
            let balls: Vec<Ball> = shaft.iter().enumerate().map(thick).collect();
            let mut outline = camera.chain(&balls);
            outline.push(camera.hull(&path.head(camera, neck, head, margin)));
            Shape::new("arrow", outline, Fill::Flat(faded(colour, strength)))
        };
        layers.map(draw).into()
    }

    fn tip(&self) -> Vec3 {
        self.0[self.0.len() - 1]
    }

    /// Returns the corners of the head, which points from `neck` to the end of the path.
    fn head(&self, camera: &Camera, neck: Vec3, size: f32, margin: f32) -> [Ball; 3] {
        let along = camera.project(self.tip()) - camera.project(neck);
        let forward = camera.unproject(along.normalize_or(glam::Vec2::X));
        let across = camera.unproject(along.perp().normalize_or(glam::Vec2::Y));
        let base = self.tip() - forward * size;
        let round = 0.3 + margin;
        [
            (self.tip(), round),
            (base + across * (size * 0.52), round),
            (base - across * (size * 0.52), round),
        ]
    }
}

/// Returns the outline of a body, filled with one colour.
pub(super) fn ghost(body: Vec<Shape>, palette: &Palette, strength: f32) -> Shape {
    // Shades and glows are clipped to a part, which has an outline of its own.
    let parts = body.into_iter().filter(|shape| shape.clip.is_none());
    let outline = parts.flat_map(|shape| shape.outline).collect();
    Shape::new(
        "ghost",
        outline,
        Fill::Flat(faded(palette.arrow, 0.22 * strength)),
    )
}
