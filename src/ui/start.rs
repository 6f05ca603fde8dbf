//! Opens the window, or says what the machine lacks.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use eframe::egui::ViewportBuilder;
use eframe::egui_wgpu::WgpuSetup;
use eframe::wgpu::{Adapter, DeviceType, Surface};
use eframe::{NativeOptions, egui};

use crate::base::{Lang, Text};
use crate::io::Options;
use crate::model::Plan;
use crate::render::Backend;

use super::App;
use super::logs::keep_crash;
use super::trace::Trace;

/// What the window shows first.
#[derive(Debug, Default)]
pub enum What {
    /// What was open last; the sample city the first time.
    Last,
    /// The sample city.
    #[default]
    Sample,
    /// These files, opened so; or one project.
    Files(Vec<PathBuf>, Box<Options>),
    /// A plan made in memory.
    Plan(Box<Plan>),
}

/// How the window starts.
#[derive(Debug, Default)]
pub struct Start {
    /// What it shows.
    pub what: What,
    /// The folder of working copies; none keeps none.
    pub state: Option<PathBuf>,
    /// Files of the sample city in memory: name and bytes each. Empty: there is none.
    pub sample: &'static [(&'static str, &'static [u8])],
    /// The folder of the log and of crash files; none keeps none.
    pub logs: Option<PathBuf>,
    /// Whether the first run shows the tour.
    pub tour: bool,
    /// The language; `None` = the one used last, Chinese the first time.
    pub lang: Option<Lang>,
    /// What draws the ground of the map; `None` = what did last, the graphics card where there is one the first time.
    pub backend: Option<Backend>,
    /// Where times of frames are noted.
    pub trace: Option<Arc<Mutex<Trace>>>,
}

/// Why no window could be opened, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum WindowError {
    /// There is no display, or none that can be reached.
    #[error("{0}")]
    NoDisplay(Text),
    /// A library the window needs is not installed.
    #[error("{0}")]
    MissingLibrary(Text),
    /// Nothing can draw: neither Vulkan nor OpenGL, not even in software.
    #[error("{0}")]
    NoAdapter(Text),
    /// The window was open and broke off: a fault of the program.
    #[error("{0}")]
    Crashed(Text),
}

impl WindowError {
    /// The whole message in both languages.
    #[must_use]
    pub fn text(&self) -> &Text {
        match self {
            Self::NoDisplay(text) | Self::MissingLibrary(text) | Self::NoAdapter(text) | Self::Crashed(text) => text,
        }
    }
}

/// Runs the window until it is closed.
///
/// # Errors
/// [`WindowError`] when no window can be opened: nothing was shown then, and the caller can do its work without one.
/// [`WindowError::Crashed`] when it broke off after it was open.
pub fn run(start: Start) -> Result<(), WindowError> {
    if !display_is_named() {
        return Err(no_display("neither DISPLAY nor WAYLAND_DISPLAY is set", "未设置 DISPLAY 或 WAYLAND_DISPLAY"));
    }
    let before = std::panic::take_hook();
    // A panic while winit starts is told as an error below; in a job it is an outcome. Both belong into the log and a file.
    let logs = start.logs.clone();
    std::panic::set_hook(Box::new(move |info| keep_crash(logs.as_deref(), info)));
    let opened = Cell::new(false);
    let create = |cc: &eframe::CreationContext<'_>| {
        opened.set(true);
        Ok(Box::new(App::new(cc, start)) as Box<dyn eframe::App>)
    };
    let ended = catch_unwind(AssertUnwindSafe(|| eframe::run_native("wangge", options(), Box::new(create))));
    std::panic::set_hook(before);
    match ended {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(explain(&error)),
        Err(panic) if opened.get() => Err(crashed(&panic_words(panic.as_ref()))),
        Err(panic) => Err(missing_library(&panic_words(panic.as_ref()))),
    }
}

/// Whether the desktop says where its display is. Only Linux and its kin say so in the environment.
fn display_is_named() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    cfg!(not(all(unix, not(target_os = "macos")))) || set("DISPLAY") || set("WAYLAND_DISPLAY") || set("WAYLAND_SOCKET")
}

fn options() -> NativeOptions {
    let mut options = NativeOptions {
        viewport: ViewportBuilder::default()
            .with_title("网格 Wangge")
            .with_app_id("wangge")
            .with_inner_size([1280.0, 800.0])
            .with_min_inner_size([820.0, 520.0])
            .with_icon(icon())
            .with_drag_and_drop(true),
        // Han glyphs must come from a Chinese font, whatever the system's locale: `theme::install` adds it.
        system_font_fallback: false,
        // The map is a picture of 8 bits a channel; dithering would only cost time in software.
        dithering: false,
        ..NativeOptions::default()
    };
    if let WgpuSetup::CreateNew(setup) = &mut options.wgpu_options.wgpu_setup {
        setup.native_adapter_selector = Some(Arc::new(choose_adapter));
    }
    options
}

/// A hardware adapter where there is one, else software: whatever can show on the surface.
fn choose_adapter(adapters: &[Adapter], surface: Option<&Surface<'_>>) -> Result<Adapter, String> {
    let rank = |adapter: &Adapter| match adapter.get_info().device_type {
        DeviceType::IntegratedGpu => 0,
        DeviceType::DiscreteGpu => 1,
        DeviceType::VirtualGpu => 2,
        DeviceType::Other => 3,
        DeviceType::Cpu => 4,
    };
    let fits = |adapter: &&Adapter| surface.is_none_or(|surface| adapter.is_surface_supported(surface));
    let chosen = adapters.iter().filter(fits).min_by_key(|adapter| rank(adapter));
    let chosen = chosen.ok_or_else(|| "no adapter can show on this display".to_owned())?;
    log::info!("drawing with {:?}", chosen.get_info());
    Ok(chosen.clone())
}

/// Four tiles in two colours: a grid with one tile taken over.
fn icon() -> egui::IconData {
    const SIDE: u32 = 64;
    let tile = |x: u32, y: u32| match (x / 32, y / 32) {
        (1, 0) => [0xc8, 0x50, 0x0a, 0xff],
        (0, 1) => [0x5f, 0xae, 0xec, 0xff],
        _ => [0x0f, 0x62, 0xb4, 0xff],
    };
    let gap = |at: u32| matches!(at % 32, 0..=2 | 29..=31);
    let pixels = (0..SIDE * SIDE).map(|at| (at % SIDE, at / SIDE));
    let rgba = pixels.flat_map(|(x, y)| if gap(x) || gap(y) { [0; 4] } else { tile(x, y) }).collect();
    egui::IconData { rgba, width: SIDE, height: SIDE }
}

fn explain(error: &eframe::Error) -> WindowError {
    match error {
        eframe::Error::WinitEventLoop(why) => {
            no_display(&format!("the display cannot be used ({why})"), &format!("显示器无法使用({why})"))
        }
        eframe::Error::Winit(why) => {
            no_display(&format!("no window can be opened on it ({why})"), &format!("无法在其上打开窗口({why})"))
        }
        other => WindowError::NoAdapter(Text::new(
            format!(
                "No window: nothing can draw on this display ({other}). Install a driver, or mesa-vulkan-drivers \
                 (Debian, UOS, Kylin) to draw in software."
            ),
            format!("无法打开窗口:没有可用的绘图驱动({other})。请安装显卡驱动,或安装 mesa-vulkan-drivers 以软件绘图。"),
        )),
    }
}

fn no_display(en: &str, zh: &str) -> WindowError {
    WindowError::NoDisplay(Text::new(
        format!("No window: {en}. Start it from a desktop session, or under xvfb-run."),
        format!("无法打开窗口:{zh}。请在桌面会话中启动,或使用 xvfb-run。"),
    ))
}

fn missing_library(why: &str) -> WindowError {
    WindowError::MissingLibrary(Text::new(
        format!(
            "No window: a library it needs is missing ({why}). Install libxkbcommon-x11-0, xkb-data, libx11-xcb1, \
             libxcursor1, libxi6 and libgl1 or mesa-vulkan-drivers (Debian, UOS, Kylin)."
        ),
        format!(
            "无法打开窗口:缺少所需的库({why})。请安装 libxkbcommon-x11-0、xkb-data、libx11-xcb1、libxcursor1、libxi6,\
             以及 libgl1 或 mesa-vulkan-drivers。"
        ),
    ))
}

fn crashed(why: &str) -> WindowError {
    WindowError::Crashed(Text::new(
        format!("The window broke off: {why}. This is a fault of the program; please report it."),
        format!("窗口意外中止:{why}。这是程序的错误,请反馈。"),
    ))
}

fn panic_words(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    words.unwrap_or("unknown").lines().next().unwrap_or_default().to_owned()
}
