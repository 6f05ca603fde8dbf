//! One picture on the card: its textures, and the passes that draw it.

use std::sync::Arc;

use eframe::wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, BindingResource, Buffer, BufferDescriptor, BufferUsages, Color,
    CommandEncoder, CommandEncoderDescriptor, Extent3d, IndexFormat, LoadOp, MapMode, Operations, Origin3d, PollType,
    RenderPass, RenderPassColorAttachment, RenderPassDescriptor, StoreOp, TexelCopyBufferInfo, TexelCopyBufferLayout,
    TexelCopyTextureInfo, Texture, TextureAspect, TextureDescriptor, TextureDimension, TextureFormat, TextureUsages,
    TextureView, TextureViewDescriptor,
};

use crate::geometry::LATTICE;

use super::super::fill::Paint;
use super::super::raster::Picture;
use super::super::scene::{Look, Scene};
use super::super::style::{Colour, Pen};
use super::super::view::View;
use super::cells::Ground;
use super::pack::Pack;
use super::pipelines::{COLOUR, LAYERS, MASKS, ROW, SAMPLES, VIEW_BYTES, source};
use super::{Gpu, InView, Key};

/// A picture the card draws again and again; it is drawn anew only when something in it changed.
#[derive(Debug)]
pub struct Screen {
    uniform: Buffer,
    tables: Option<Tables>,
    targets: Option<Targets>,
    drawn: Option<Drawn>,
}

/// What is on the picture now.
#[derive(Debug)]
struct Drawn {
    view: View,
    scene: Arc<Scene>,
    keys: Vec<Key>,
}

/// The paints of faces and the layers of borders as textures.
#[derive(Debug)]
struct Tables {
    paints: Arc<[Paint]>,
    looks: Arc<[Look]>,
    group: BindGroup,
}

/// What is drawn into.
#[derive(Debug)]
struct Targets {
    size: (u32, u32),
    masks: usize,
    samples: TextureView,
    fill: TextureView,
    covers: Vec<TextureView>,
    group: BindGroup,
    picture: Texture,
    shown: TextureView,
}

impl Screen {
    /// A picture of nothing yet.
    #[must_use]
    pub fn new(gpu: &Gpu) -> Self {
        let usage = BufferUsages::UNIFORM | BufferUsages::COPY_DST;
        let descriptor = BufferDescriptor { label: Some("view"), size: VIEW_BYTES, usage, mapped_at_creation: false };
        Self { uniform: gpu.device.create_buffer(&descriptor), tables: None, targets: None, drawn: None }
    }

    /// Draws what the card has of a ground as a view sees it, all but the selection, which the window outlines itself.
    /// Returns the picture where its texture is another one than before.
    pub fn draw(&mut self, gpu: &Gpu, ground: &Ground, view: &View) -> Option<&TextureView> {
        let seen = gpu.in_view(ground, view);
        let keys = seen.keys();
        let same =
            |drawn: &Drawn| drawn.view == *view && Arc::ptr_eq(&drawn.scene, &ground.scene) && drawn.keys == keys;
        if self.drawn.as_ref().is_some_and(same) {
            return None;
        }
        let scene = &ground.scene;
        let pens = pens(scene, view);
        let fresh = self.fit(gpu, view.pixels(), pens.len().div_ceil(4).clamp(1, MASKS));
        self.update(gpu, scene);
        gpu.queue.write_buffer(&self.uniform, 0, &uniform(scene, view, &pens));
        let mut encoder = gpu.device.create_command_encoder(&CommandEncoderDescriptor::default());
        if let (Some(tables), Some(targets)) = (&self.tables, &self.targets) {
            fill(gpu, &mut encoder, tables, targets, &seen, scene.style.sea);
            stroke(gpu, &mut encoder, tables, targets, &seen);
            whole(gpu, &mut encoder, tables, targets);
        }
        gpu.queue.submit([encoder.finish()]);
        self.drawn = Some(Drawn { view: *view, scene: Arc::clone(scene), keys });
        self.targets.as_ref().filter(|_| fresh).map(|targets| &targets.shown)
    }

    /// Makes the textures of a size, unless they are there. Returns whether they are new.
    fn fit(&mut self, gpu: &Gpu, (width, height): (u32, u32), masks: usize) -> bool {
        let most = gpu.device.limits().max_texture_dimension_2d;
        let size = (width.min(most), height.min(most));
        let fits = |targets: &Targets| targets.size == size && targets.masks == masks;
        let fresh = !self.targets.as_ref().is_some_and(fits);
        if fresh {
            self.targets = Some(Targets::new(gpu, size, masks));
        }
        fresh
    }

    /// Brings paints and looks up to date.
    fn update(&mut self, gpu: &Gpu, scene: &Scene) {
        let same =
            |tables: &Tables| Arc::ptr_eq(&tables.paints, &scene.paints) && Arc::ptr_eq(&tables.looks, &scene.looks);
        if !self.tables.as_ref().is_some_and(same) {
            self.tables = Some(Tables::new(gpu, scene, &self.uniform));
        }
    }

    /// The picture that was drawn last; waits for the card. `None` before the first, or when the card is lost.
    #[must_use]
    pub fn read(&self, gpu: &Gpu) -> Option<Picture> {
        let targets = self.targets.as_ref()?;
        let (width, height) = targets.size;
        let row = (width * 4).next_multiple_of(256);
        let buffer = gpu.device.create_buffer(&BufferDescriptor {
            label: Some("read"),
            size: u64::from(row) * u64::from(height),
            usage: BufferUsages::COPY_DST | BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = gpu.device.create_command_encoder(&CommandEncoderDescriptor::default());
        let layout = TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(row), rows_per_image: None };
        let into = TexelCopyBufferInfo { buffer: &buffer, layout };
        encoder.copy_texture_to_buffer(targets.picture.as_image_copy(), into, extent(width, height));
        gpu.queue.submit([encoder.finish()]);
        let (tell, told) = std::sync::mpsc::channel();
        buffer.map_async(MapMode::Read, .., move |mapped| drop(tell.send(mapped)));
        gpu.device.poll(PollType::wait_indefinitely()).ok()?;
        told.recv().ok()?.ok()?;
        let rows = buffer.get_mapped_range(..).ok()?;
        let rgba = rows.chunks_exact(row as usize).flat_map(|row| &row[..width as usize * 4]).copied().collect();
        Some(Picture { width, height, rgba })
    }
}

impl Tables {
    fn new(gpu: &Gpu, scene: &Scene, uniform: &Buffer) -> Self {
        let hatch = |sign: f32| {
            if sign > 0.5 {
                255
            } else if sign < -0.5 {
                127
            } else {
                0
            }
        };
        let paints =
            scene.paints.iter().flat_map(|&[r, g, b, sign]| [r as u8, g as u8, b as u8, hatch(sign)]).collect();
        let paints = table(gpu, paints, COLOUR);
        let looks = table(gpu, scene.looks.iter().map(|look| look.layer).collect(), TextureFormat::R8Uint);
        let entries = [
            BindGroupEntry { binding: 0, resource: uniform.as_entire_binding() },
            BindGroupEntry { binding: 1, resource: BindingResource::TextureView(&paints) },
            BindGroupEntry { binding: 2, resource: BindingResource::TextureView(&looks) },
        ];
        let layout = &gpu.pipelines.view;
        let group =
            gpu.device.create_bind_group(&BindGroupDescriptor { label: Some("view"), layout, entries: &entries });
        Self { paints: Arc::clone(&scene.paints), looks: Arc::clone(&scene.looks), group }
    }
}

/// A texture of one value a slot, [`ROW`] slots a row.
fn table(gpu: &Gpu, mut bytes: Vec<u8>, format: TextureFormat) -> TextureView {
    let each = if format == COLOUR { 4 } else { 1 };
    let rows = bytes.len().div_ceil(ROW * each).max(1);
    bytes.resize(rows * ROW * each, 0);
    let usage = TextureUsages::TEXTURE_BINDING | TextureUsages::COPY_DST;
    let texture = texture(gpu, (ROW as u32, rows as u32), format, usage, 1);
    let layout = TexelCopyBufferLayout { offset: 0, bytes_per_row: Some((ROW * each) as u32), rows_per_image: None };
    let into =
        TexelCopyTextureInfo { texture: &texture, mip_level: 0, origin: Origin3d::ZERO, aspect: TextureAspect::All };
    gpu.queue.write_texture(into, &bytes, layout, extent(ROW as u32, rows as u32));
    texture.create_view(&TextureViewDescriptor::default())
}

fn extent(width: u32, height: u32) -> Extent3d {
    Extent3d { width, height, depth_or_array_layers: 1 }
}

fn texture(gpu: &Gpu, size: (u32, u32), format: TextureFormat, usage: TextureUsages, sample_count: u32) -> Texture {
    gpu.device.create_texture(&TextureDescriptor {
        label: Some("map"),
        size: extent(size.0, size.1),
        mip_level_count: 1,
        sample_count,
        dimension: TextureDimension::D2,
        format,
        usage,
        view_formats: &[],
    })
}

impl Targets {
    fn new(gpu: &Gpu, size: (u32, u32), masks: usize) -> Self {
        let drawn = TextureUsages::RENDER_ATTACHMENT;
        let read = drawn | TextureUsages::TEXTURE_BINDING;
        let view = |texture: Texture| texture.create_view(&TextureViewDescriptor::default());
        let samples = view(texture(gpu, size, COLOUR, drawn, SAMPLES));
        let fill = view(texture(gpu, size, COLOUR, read, 1));
        let covers: Vec<_> = (0..masks).map(|_| view(texture(gpu, size, COLOUR, read, 1))).collect();
        let empty = view(texture(gpu, (1, 1), COLOUR, read, 1));
        let bound = (0..MASKS).map(|at| covers.get(at).unwrap_or(&empty));
        let entries: Vec<_> = std::iter::once(&fill)
            .chain(bound)
            .zip(0..)
            .map(|(view, binding)| BindGroupEntry { binding, resource: BindingResource::TextureView(view) })
            .collect();
        let layout = &gpu.pipelines.masks;
        let group =
            gpu.device.create_bind_group(&BindGroupDescriptor { label: Some("masks"), layout, entries: &entries });
        let picture = texture(gpu, size, COLOUR, read | TextureUsages::COPY_SRC, 1);
        let shown = picture.create_view(&TextureViewDescriptor::default());
        Self { size, masks, samples, fill, covers, group, picture, shown }
    }
}

/// The pens of all layers as they are drawn: reference layers first.
fn pens(scene: &Scene, view: &View) -> Vec<Pen> {
    let references = scene.plan.references.iter();
    let streets = references.map(|reference| scene.street_pen(reference.opacity, view.metres_per_point));
    let borders = scene.layers.iter().map(|layer| scene.layer_pen(layer, view.metres_per_point));
    streets.chain(borders).take(LAYERS).collect()
}

/// `View` of the shader, byte for byte.
fn uniform(scene: &Scene, view: &View, pens: &[Pen]) -> Vec<u8> {
    let (width, height) = view.pixels();
    let (lon, lat) = (view.lon * LATTICE, view.lat * LATTICE);
    let (east, north) = view.points_per_cell();
    let scale = view.pixels_per_point as f32;
    let part = |colour: Colour| colour.0.map(|part| f32::from(part) / 255.0);
    let mut words: Vec<u32> = vec![(lon.floor() as i32).cast_unsigned(), (lat.floor() as i32).cast_unsigned()];
    let mut floats = |values: &[f32]| words.extend(values.iter().map(|value| value.to_bits()));
    floats(&[(lon - lon.floor()) as f32, (lat - lat.floor()) as f32]);
    floats(&[(east * view.pixels_per_point) as f32, (north * view.pixels_per_point) as f32]);
    floats(&[width as f32, height as f32]);
    floats(&part(scene.style.paper));
    floats(&[scale]);
    words.extend([scene.plan.references.len() as u32, 0, 0]);
    let mut floats = |values: [f32; 4]| words.extend(values.map(f32::to_bits));
    for at in 0..LAYERS {
        floats(pens.get(at).map_or([0.0; 4], |pen| {
            let [on, off] = pen.dash.unwrap_or_default().map(|length| length * scale);
            [pen.half_width(scale).0, on, on + off, 0.0]
        }));
    }
    for at in 0..LAYERS {
        floats(pens.get(at).map_or([0.0; 4], |pen| {
            let [r, g, b, a] = part(pen.colour);
            [r, g, b, a * pen.half_width(scale).1]
        }));
    }
    bytemuck::cast_slice(&words).to_vec()
}

fn pass<'a>(
    encoder: &'a mut CommandEncoder,
    targets: &[(&TextureView, Option<&TextureView>)],
    clear: Color,
    store: StoreOp,
) -> RenderPass<'a> {
    let attachments: Vec<_> = targets
        .iter()
        .map(|&(view, resolve_target)| {
            let ops = Operations { load: LoadOp::Clear(clear), store };
            Some(RenderPassColorAttachment { view, depth_slice: None, resolve_target, ops })
        })
        .collect();
    encoder.begin_render_pass(&RenderPassDescriptor {
        label: Some("map"),
        color_attachments: &attachments,
        ..RenderPassDescriptor::default()
    })
}

fn fill(gpu: &Gpu, encoder: &mut CommandEncoder, tables: &Tables, targets: &Targets, seen: &InView, sea: Colour) {
    let [r, g, b, a] = sea.0.map(|part| f64::from(part) / 255.0);
    // Only what the samples come to is needed afterwards.
    let into = [(&targets.samples, Some(&targets.fill))];
    let mut pass = pass(encoder, &into, Color { r, g, b, a }, StoreOp::Discard);
    pass.set_pipeline(&gpu.pipelines.fill);
    pass.set_bind_group(0, &tables.group, &[]);
    for (corners, triangles, count) in seen.cells.iter().filter_map(|(_, pack)| pack.faces.as_ref()) {
        pass.set_vertex_buffer(0, corners.slice(..));
        pass.set_index_buffer(triangles.slice(..), IndexFormat::Uint32);
        pass.draw_indexed(0..*count, 0, 0..1);
    }
}

fn stroke(gpu: &Gpu, encoder: &mut CommandEncoder, tables: &Tables, targets: &Targets, seen: &InView) {
    let into: Vec<_> = targets.covers.iter().map(|cover| (cover, None)).collect();
    let mut pass = pass(encoder, &into, Color::TRANSPARENT, StoreOp::Store);
    pass.set_pipeline(&gpu.pipelines.lines[targets.masks - 1]);
    pass.set_bind_group(0, &tables.group, &[]);
    let mut draw = |packs: &mut dyn Iterator<Item = &Arc<Pack>>, layer: usize| {
        pass.set_bind_group(1, &gpu.pipelines.sources, &[source(layer)]);
        for (segments, count) in packs.filter_map(|pack| pack.segments.as_ref()) {
            pass.set_vertex_buffer(0, segments.slice(..));
            pass.draw(0..4, 0..*count);
        }
    };
    for (at, (_, pack)) in &seen.lines {
        draw(&mut std::iter::once(pack), *at);
    }
    draw(&mut seen.cells.iter().map(|(_, pack)| pack), LAYERS);
}

fn whole(gpu: &Gpu, encoder: &mut CommandEncoder, tables: &Tables, targets: &Targets) {
    let mut pass = pass(encoder, &[(&targets.shown, None)], Color::BLACK, StoreOp::Store);
    pass.set_pipeline(&gpu.pipelines.whole);
    pass.set_bind_group(0, &tables.group, &[]);
    pass.set_bind_group(1, &targets.group, &[]);
    pass.draw(0..3, 0..1);
}
