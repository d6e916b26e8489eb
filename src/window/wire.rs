//! How the markup's callbacks are joined to what they do.

/// Joins callbacks of one of the markup's globals to what a page does: `wire!(self => page, actions, { on_next() => page.next(); })`.
///
/// The callbacks hold the page weakly. Clicks that come before the window listens are dropped, as they were meant for another
/// window; `wire!(always …)` lets everything through, for what is no click.
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
        $crate::wire::wire!(@join |page| !page.context.is_deaf(), $this => $page, $global, { $($on($($argument),*) => $body;)+ })
    };
}

pub(crate) use wire;
