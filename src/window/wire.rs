//! Connects callbacks of the markup to methods of the pages.

/// Connects callbacks of a Slint global to a page: `wire!(self => page, actions, { on_next() => page.next(); })`.
///
/// The callbacks hold the page weakly. Clicks within the short time in which the window ignores input are dropped, because they
/// were meant for another window. `wire!(always …)` is for callbacks that are not clicks, and drops nothing.
macro_rules! wire {
    (always $this:expr => $page:ident, $global:expr, { $($on:ident($($argument:ident),*) => $body:expr;)+ }) => {
        $crate::wire::wire!(@join |_| true, $this => $page, $global, { $($on($($argument),*) => $body;)+ })
    };
    (@join $listens:expr, $this:expr => $page:ident, $global:expr, { $($on:ident($($argument:ident),*) => $body:expr;)+ }) => {
        $({
            let weak = std::rc::Rc::downgrade($this);
            $global.$on(move |$($argument),*| match weak.upgrade().filter($listens) {
                Some($page) => $body,
                None => Default::default(),
            });
        })+
    };
    ($this:expr => $page:ident, $global:expr, { $($on:ident($($argument:ident),*) => $body:expr;)+ }) => {
        $crate::wire::wire!(@join |page| !page.context.ignores_input(), $this => $page, $global, { $($on($($argument),*) => $body;)+ })
    };
}

pub(crate) use wire;
