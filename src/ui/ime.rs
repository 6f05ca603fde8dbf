//! Chinese input on X11. The input context that winit 0.30 makes when a field opens has no focus until the window gets
//! it (egui#7975): what is typed never reaches the input method. So the focus leaves the window and comes back, once for
//! each field that opens, and only where the desktop names an input method.

use eframe::egui::Context;

/// The focus of the window on an X11 desktop with an input method.
#[derive(Default)]
pub(super) struct Bounce {
    /// Whether a text field had the focus at the last frame.
    open: bool,
    #[cfg(all(unix, not(target_os = "macos")))]
    server: x11::Server,
}

impl Bounce {
    /// Called at the end of every frame.
    pub(super) fn after_frame(&mut self, ctx: &Context, frame: &eframe::Frame) {
        let was_open = std::mem::replace(&mut self.open, ctx.text_edit_focused());
        self.send(ctx, frame, self.open && !was_open);
    }

    #[cfg(all(unix, not(target_os = "macos")))]
    fn send(&mut self, ctx: &Context, frame: &eframe::Frame, opened: bool) {
        self.server.send(ctx, frame, opened);
    }

    #[cfg(not(all(unix, not(target_os = "macos"))))]
    fn send(&mut self, _ctx: &Context, _frame: &eframe::Frame, _opened: bool) {}
}

#[cfg(all(unix, not(target_os = "macos")))]
mod x11 {
    use std::time::{Duration, Instant};

    use eframe::egui::Context;
    use eframe::wgpu::rwh::{HasWindowHandle as _, RawWindowHandle};
    use x11rb::CURRENT_TIME;
    use x11rb::errors::ReplyError;
    use x11rb::protocol::xproto::{ConnectionExt as _, InputFocus};
    use x11rb::rust_connection::RustConnection;

    /// winit makes the new input context when its event loop goes round after the frame in which the field opened.
    const AFTER: Duration = Duration::from_millis(60);

    /// Our own line to the X server, opened with the first field.
    #[derive(Default)]
    pub(super) struct Server {
        due: Option<Instant>,
        line: Option<RustConnection>,
    }

    impl Server {
        pub(super) fn send(&mut self, ctx: &Context, frame: &eframe::Frame, opened: bool) {
            if opened && names_input_method() {
                self.due = Some(Instant::now() + AFTER);
            }
            let Some(due) = self.due else { return };
            let now = Instant::now();
            if now < due {
                ctx.request_repaint_after(due - now);
                return;
            }
            self.due = None;
            let window = match frame.window_handle().map(|handle| handle.as_raw()) {
                Ok(RawWindowHandle::Xlib(handle)) => u32::try_from(handle.window).unwrap_or(0),
                Ok(RawWindowHandle::Xcb(handle)) => handle.window.get(),
                _ => return,
            };
            if let Err(error) = self.bounce(window) {
                log::warn!("the input method may not hear this field: {error}");
            }
        }

        /// Gives the focus to nobody and back to the window, if the window has it.
        fn bounce(&mut self, window: u32) -> Result<(), ReplyError> {
            if self.line.is_none() {
                self.line = RustConnection::connect(None).ok().map(|(line, _)| line);
            }
            let Some(line) = &self.line else { return Ok(()) };
            let focused = line.get_input_focus()?.reply()?.focus;
            if focused == window || is_inside(line, focused, window)? {
                line.set_input_focus(InputFocus::PARENT, x11rb::NONE, CURRENT_TIME)?.check()?;
                line.set_input_focus(InputFocus::PARENT, focused, CURRENT_TIME)?.check()?;
            }
            Ok(())
        }
    }

    /// Whether a window is the parent of another, as a window manager makes it.
    fn is_inside(line: &RustConnection, parent: u32, window: u32) -> Result<bool, ReplyError> {
        Ok(parent > 1 && line.query_tree(window)?.reply()?.parent == parent)
    }

    /// Whether the desktop says which input method there is.
    fn names_input_method() -> bool {
        let named = std::env::var("XMODIFIERS").unwrap_or_default();
        named.split_once("@im=").is_some_and(|(_, name)| !name.is_empty() && name != "none")
    }
}
