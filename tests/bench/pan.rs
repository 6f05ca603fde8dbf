//! Frames while the hand pans and zooms: `cargo bench --bench pan -- [--frames N] [--backend gpu|raster] [--software]
//! [--picture FILE.png] [FILE…]`.
//!
//! The window of the program without a screen, drawn by a graphics card into a texture; without files the sample city.
//! Sixty frames a second, as a screen asks for them: a pan by dragging, then wheel notches in and out. Printed is the
//! work of the window's own thread for a frame: layout, commands, the map's passes, tessellation, and handing everything
//! to the card; then how long the first picture took from the start of opening, and what each part of a frame took.

#![allow(clippy::print_stdout, reason = "it prints its figures")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a bench that cannot run says why")]

#[path = "../card.rs"]
mod card;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use eframe::App as _;
use eframe::egui::{
    Context, Event, Modifiers, MouseWheelSource, MouseWheelUnit, PointerButton, Pos2, RawInput, Rect, TouchPhase, Vec2,
    ViewportId, pos2, vec2,
};
use eframe::egui_wgpu::{RenderState, ScreenDescriptor};
use eframe::wgpu;
use wangge::base::Lang;
use wangge::render::{Backend, Picture};
use wangge::ui::{App, Start, What};

const SIZE: Vec2 = vec2(1600.0, 1000.0);
const FRAME: Duration = Duration::from_micros(16_667);

fn main() {
    let (mut frames, mut backend, mut software, mut picture, mut files) = (600, Backend::Gpu, false, None, Vec::new());
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().expect("a value");
        match arg.as_str() {
            "--frames" => frames = value().parse().expect("--frames N"),
            "--backend" => backend = Backend::named(&value()).expect("--backend gpu|raster"),
            "--picture" => picture = Some(PathBuf::from(value())),
            "--software" => software = true,
            "--bench" => {}
            file => files.push(std::fs::canonicalize(file).expect("a file")),
        }
    }
    let Some(state) = card::card(!software) else { return };
    println!("{:?}", state.adapter.get_info().name);
    let mut window = Window::open(state, backend, files);
    while !window.app.is_drawn() {
        window.step_if_asked();
    }
    println!("first picture: {:.2} s after the start", window.begun.elapsed().as_secs_f64());
    window.settle("all measured and checked");
    window.pan(frames);
    window.tell("panning");
    window.settle("settled");
    window.wheel(frames / 2);
    window.tell("zooming");
    window.settle("settled");
    if let Some(path) = picture {
        std::fs::write(&path, window.read().png().expect("a picture")).expect("the picture is written");
    }
}

/// Seconds of the parts of a frame.
#[derive(Clone, Copy, Default)]
struct Parts {
    layout: f64,
    tessellation: f64,
    card: f64,
}

struct Window {
    ctx: Context,
    app: App,
    frame: eframe::Frame,
    state: RenderState,
    target: wgpu::Texture,
    events: Vec<Event>,
    begun: Instant,
    parts: Vec<Parts>,
    /// When the window wants its next frame, and whether a job asked for one at once.
    due: Instant,
    asked: Arc<AtomicBool>,
}

impl Window {
    fn open(state: RenderState, backend: Backend, files: Vec<PathBuf>) -> Self {
        let begun = Instant::now();
        let sample = || vec![PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/maps/haikou"))];
        let files = if files.is_empty() { sample() } else { files };
        let what = What::Files(files, Box::default());
        let start = Start { what, lang: Some(Lang::Zh), backend: Some(backend), ..Start::default() };
        let ctx = Context::default();
        let mut cc = eframe::CreationContext::_new_kittest(ctx.clone());
        let mut frame = eframe::Frame::_new_kittest();
        cc.wgpu_render_state = Some(state.clone());
        frame.wgpu_render_state = Some(state.clone());
        let target = state.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("window"),
            size: wgpu::Extent3d { width: SIZE.x as u32, height: SIZE.y as u32, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: state.target_format,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let asked = Arc::new(AtomicBool::new(true));
        let told = Arc::clone(&asked);
        ctx.set_request_repaint_callback(move |request| {
            told.fetch_or(request.delay.is_zero(), Ordering::Relaxed);
        });
        let app = App::new(&cc, start);
        Self { ctx, app, frame, state, target, events: Vec::new(), begun, parts: Vec::new(), due: begun, asked }
    }

    /// One frame, and what is left of its sixtieth of a second asleep.
    fn step(&mut self) {
        let start = Instant::now();
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, SIZE)),
            time: Some(self.begun.elapsed().as_secs_f64()),
            events: std::mem::take(&mut self.events),
            ..RawInput::default()
        };
        let (app, frame) = (&mut self.app, &mut self.frame);
        let mut output = self.ctx.run_ui(input, |ui| {
            app.logic(ui.ctx(), frame);
            app.ui(ui, frame);
        });
        let laid = Instant::now();
        let delay = output.viewport_output.get(&ViewportId::ROOT).map_or(Duration::MAX, |it| it.repaint_delay);
        self.due = laid + delay.min(Duration::from_secs(1));
        let jobs = self.ctx.tessellate(std::mem::take(&mut output.shapes), 1.0);
        let cut = Instant::now();
        self.draw(&mut output.textures_delta, &jobs);
        let done = Instant::now();
        self.parts.push(Parts {
            layout: (laid - start).as_secs_f64(),
            tessellation: (cut - laid).as_secs_f64(),
            card: (done - cut).as_secs_f64(),
        });
        drop(self.state.device.poll(wgpu::PollType::Poll));
        std::thread::sleep(FRAME.saturating_sub(start.elapsed()));
    }

    /// A frame if the window asks for one; a moment's sleep if not.
    fn step_if_asked(&mut self) {
        if self.asked.swap(false, Ordering::Relaxed) || Instant::now() >= self.due {
            self.step();
        } else {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn draw(&mut self, delta: &mut eframe::egui::TexturesDelta, jobs: &[eframe::egui::ClippedPrimitive]) {
        let RenderState { device, queue, .. } = &self.state;
        let mut renderer = self.state.renderer.write();
        delta.set.drain().for_each(|(id, images)| {
            images.iter().for_each(|image| renderer.update_texture(device, queue, id, image));
        });
        let size_in_pixels = [SIZE.x as u32, SIZE.y as u32];
        let screen = ScreenDescriptor { size_in_pixels, pixels_per_point: 1.0 };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let buffers = renderer.update_buffers(device, queue, &mut encoder, jobs, &screen);
        let view = self.target.create_view(&wgpu::TextureViewDescriptor::default());
        let ops = wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store: wgpu::StoreOp::Store };
        let attachment = wgpu::RenderPassColorAttachment { view: &view, depth_slice: None, resolve_target: None, ops };
        let descriptor = wgpu::RenderPassDescriptor {
            color_attachments: &[Some(attachment)],
            ..wgpu::RenderPassDescriptor::default()
        };
        let mut pass = encoder.begin_render_pass(&descriptor).forget_lifetime();
        renderer.render(&mut pass, jobs, &screen);
        drop(pass);
        queue.submit(buffers.into_iter().chain([encoder.finish()]));
        delta.free.drain().for_each(|id| renderer.free_texture(&id));
    }

    /// Frames until no job is at work and the last picture is shown.
    fn settle(&mut self, what: &str) {
        let mut quiet = 0;
        while quiet < 10 {
            self.step();
            quiet = if self.app.is_idle() && !self.app.document().plan.tiers.is_empty() { quiet + 1 } else { 0 };
        }
        println!("{what}: {:.2} s after the start", self.begun.elapsed().as_secs_f64());
        self.parts.clear();
    }

    fn button(&mut self, at: Pos2, pressed: bool) {
        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
        self.events.extend([Event::PointerMoved(at), Event::PointerButton { pos: at, button, pressed, modifiers }]);
    }

    /// Drags the map around in a circle.
    fn pan(&mut self, frames: usize) {
        let place = |step: usize| {
            let angle = step as f32 * 0.03;
            pos2(700.0, 520.0) + 180.0 * vec2(angle.sin(), 1.0 - angle.cos())
        };
        self.button(place(0), true);
        for step in 0..frames {
            self.events.push(Event::PointerMoved(place(step)));
            self.step();
        }
        self.button(place(frames), false);
        self.step();
    }

    /// Turns the wheel in, and out again.
    fn wheel(&mut self, frames: usize) {
        self.events.push(Event::PointerMoved(pos2(700.0, 520.0)));
        for step in 0..frames {
            let delta = vec2(0.0, if step < frames / 2 { 12.0 } else { -12.0 });
            let (unit, phase, modifiers) = (MouseWheelUnit::Point, TouchPhase::Move, Modifiers::NONE);
            let source = MouseWheelSource::Wheel;
            self.events.push(Event::MouseWheel { unit, delta, phase, modifiers, source });
            self.step();
        }
    }

    fn tell(&mut self, what: &str) {
        let below = |part: &dyn Fn(&Parts) -> f64| {
            let mut all: Vec<f64> = self.parts.iter().map(|parts| part(parts) * 1000.0).collect();
            all.sort_unstable_by(f64::total_cmp);
            let at = |share: f64| all[((all.len() as f64 * share) as usize).min(all.len() - 1)];
            format!("median {:.2}, p99 {:.2}, worst {:.2} ms", at(0.5), at(0.99), at(1.0))
        };
        println!("{what}, {} frames: {}", self.parts.len(), below(&|it| it.layout + it.tessellation + it.card));
        println!("  layout and the map's passes: {}", below(&|it| it.layout));
        println!("  tessellation: {}", below(&|it| it.tessellation));
        println!("  handing to the card: {}", below(&|it| it.card));
    }

    /// The window as it stands.
    fn read(&self) -> Picture {
        let (width, height) = (SIZE.x as u32, SIZE.y as u32);
        let RenderState { device, queue, .. } = &self.state;
        let row = (width * 4).next_multiple_of(256);
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: u64::from(row * height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let layout = wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None };
        let into = wgpu::TexelCopyBufferInfo { buffer: &buffer, layout };
        encoder.copy_texture_to_buffer(self.target.as_image_copy(), into, self.target.size());
        queue.submit([encoder.finish()]);
        buffer.map_async(wgpu::MapMode::Read, .., |mapped| mapped.expect("the picture is read"));
        device.poll(wgpu::PollType::wait_indefinitely()).expect("the card answers");
        let rows = buffer.get_mapped_range(..).expect("the picture is read");
        let pixels = rows.chunks_exact(row as usize).flat_map(|row| row[..width as usize * 4].chunks_exact(4));
        let swapped = self.state.target_format == wgpu::TextureFormat::Bgra8Unorm;
        let solid = |pixel: &[u8]| {
            if swapped { [pixel[2], pixel[1], pixel[0], 255] } else { [pixel[0], pixel[1], pixel[2], 255] }
        };
        Picture { width, height, rgba: pixels.flat_map(solid).collect() }
    }
}
