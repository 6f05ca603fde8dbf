//! How the card draws: layouts and pipelines, made once.

use eframe::wgpu::util::{BufferInitDescriptor, DeviceExt as _};
use eframe::wgpu::{
    BindGroup, BindGroupDescriptor, BindGroupEntry, BindGroupLayout, BindGroupLayoutDescriptor, BindGroupLayoutEntry,
    BindingResource, BindingType, BlendComponent, BlendFactor, BlendOperation, BlendState, BufferBinding,
    BufferBindingType, BufferSize, BufferUsages, ColorTargetState, ColorWrites, Device, FragmentState,
    MultisampleState, PipelineCompilationOptions, PipelineLayoutDescriptor, PrimitiveState, PrimitiveTopology,
    RenderPipeline, RenderPipelineDescriptor, ShaderModule, ShaderStages, TextureFormat, TextureSampleType,
    TextureViewDimension, VertexBufferLayout, VertexState, VertexStepMode, include_wgsl, vertex_attr_array,
};

use super::pack::{CORNER, SEGMENT};

/// Layers of lines a picture has room for: four masks of four channels.
pub(super) const LAYERS: usize = 16;
/// Masks of covers, one channel a layer.
pub(super) const MASKS: usize = LAYERS / 4;
/// Faces or borders in a row of their texture; as in the shader.
pub(super) const ROW: usize = 2048;
/// Colours of all pictures on the way.
pub(super) const COLOUR: TextureFormat = TextureFormat::Rgba8Unorm;
/// Samples for a pixel of the faces; lines are softened by their shader.
pub(super) const SAMPLES: u32 = 4;
/// Bytes of the uniform of a view: as `View` in the shader.
pub(super) const VIEW_BYTES: u64 = 64 + 2 * 16 * LAYERS as u64;
/// Bytes between two sources of lines: what any card can step by.
const SOURCE_STEP: u64 = 256;

/// Everything that never changes on a card.
#[derive(Debug)]
pub(super) struct Pipelines {
    pub(super) fill: RenderPipeline,
    /// By number of masks, from one.
    pub(super) lines: Vec<RenderPipeline>,
    pub(super) whole: RenderPipeline,
    pub(super) view: BindGroupLayout,
    pub(super) masks: BindGroupLayout,
    /// Which layer lines belong to: a number, or each border by itself. By dynamic offset.
    pub(super) sources: BindGroup,
}

/// The offset of the source of lines that belong to a layer; `LAYERS` for borders, which know theirs.
pub(super) fn source(layer: usize) -> u32 {
    layer.min(LAYERS) as u32 * SOURCE_STEP as u32
}

impl Pipelines {
    pub(super) fn new(device: &Device) -> Self {
        let shader = device.create_shader_module(include_wgsl!("map.wgsl"));
        let view = layout(device, &[uniform(0, VIEW_BYTES, false), texture(1, false), texture(2, true)]);
        let source = layout(device, &[uniform(0, 16, true)]);
        let masks: Vec<_> = (0..=MASKS as u32).map(|at| texture(at, false)).collect();
        let masks = layout(device, &masks);
        let make = Maker { device, shader: &shader };
        let lines = (1..=MASKS).map(|count| make.lines(&view, &source, count)).collect();
        Self {
            fill: make.fill(&view),
            lines,
            whole: make.whole(&view, &masks),
            sources: sources(device, &source),
            view,
            masks,
        }
    }
}

struct Maker<'a> {
    device: &'a Device,
    shader: &'a ShaderModule,
}

impl Maker<'_> {
    fn fill(&self, view: &BindGroupLayout) -> RenderPipeline {
        let corners = VertexBufferLayout {
            array_stride: CORNER,
            step_mode: VertexStepMode::Vertex,
            attributes: &vertex_attr_array![0 => Sint32x2, 1 => Uint32],
        };
        let targets = [target(None)];
        self.pipeline("fill", &[view], &[Some(corners)], &targets, PrimitiveTopology::TriangleList, SAMPLES)
    }

    fn lines(&self, view: &BindGroupLayout, source: &BindGroupLayout, masks: usize) -> RenderPipeline {
        let segments = VertexBufferLayout {
            array_stride: SEGMENT,
            step_mode: VertexStepMode::Instance,
            attributes: &vertex_attr_array![0 => Sint32x2, 1 => Sint32x2, 2 => Uint32, 3 => Float32],
        };
        let most = BlendComponent {
            src_factor: BlendFactor::One,
            dst_factor: BlendFactor::One,
            operation: BlendOperation::Max,
        };
        let targets = vec![target(Some(BlendState { color: most, alpha: most })); masks];
        self.pipeline("line", &[view, source], &[Some(segments)], &targets, PrimitiveTopology::TriangleStrip, 1)
    }

    fn whole(&self, view: &BindGroupLayout, masks: &BindGroupLayout) -> RenderPipeline {
        self.pipeline("whole", &[view, masks], &[], &[target(None)], PrimitiveTopology::TriangleList, 1)
    }

    fn pipeline(
        &self,
        name: &str,
        groups: &[&BindGroupLayout],
        buffers: &[Option<VertexBufferLayout<'_>>],
        targets: &[Option<ColorTargetState>],
        topology: PrimitiveTopology,
        samples: u32,
    ) -> RenderPipeline {
        let groups: Vec<_> = groups.iter().map(|group| Some(*group)).collect();
        let layout = self.device.create_pipeline_layout(&PipelineLayoutDescriptor {
            label: Some(name),
            bind_group_layouts: &groups,
            immediate_size: 0,
        });
        let entry = |stage: &str| format!("{name}_{stage}");
        self.device.create_render_pipeline(&RenderPipelineDescriptor {
            label: Some(name),
            layout: Some(&layout),
            vertex: VertexState {
                module: self.shader,
                entry_point: Some(&entry("vertex")),
                compilation_options: PipelineCompilationOptions::default(),
                buffers,
            },
            primitive: PrimitiveState { topology, ..PrimitiveState::default() },
            depth_stencil: None,
            multisample: MultisampleState { count: samples, ..MultisampleState::default() },
            fragment: Some(FragmentState {
                module: self.shader,
                entry_point: Some(&entry("fragment")),
                compilation_options: PipelineCompilationOptions::default(),
                targets,
            }),
            multiview_mask: None,
            cache: None,
        })
    }
}

fn target(blend: Option<BlendState>) -> Option<ColorTargetState> {
    Some(ColorTargetState { format: COLOUR, blend, write_mask: ColorWrites::ALL })
}

fn layout(device: &Device, entries: &[BindGroupLayoutEntry]) -> BindGroupLayout {
    device.create_bind_group_layout(&BindGroupLayoutDescriptor { label: Some("map"), entries })
}

fn uniform(binding: u32, bytes: u64, has_dynamic_offset: bool) -> BindGroupLayoutEntry {
    let min_binding_size = BufferSize::new(bytes);
    let ty = BindingType::Buffer { ty: BufferBindingType::Uniform, has_dynamic_offset, min_binding_size };
    BindGroupLayoutEntry { binding, visibility: ShaderStages::VERTEX_FRAGMENT, ty, count: None }
}

fn texture(binding: u32, whole_numbers: bool) -> BindGroupLayoutEntry {
    let sample_type =
        if whole_numbers { TextureSampleType::Uint } else { TextureSampleType::Float { filterable: false } };
    let ty = BindingType::Texture { sample_type, view_dimension: TextureViewDimension::D2, multisampled: false };
    BindGroupLayoutEntry { binding, visibility: ShaderStages::VERTEX_FRAGMENT, ty, count: None }
}

/// The sources of lines, one every [`SOURCE_STEP`] bytes.
fn sources(device: &Device, layout: &BindGroupLayout) -> BindGroup {
    let mut contents = vec![0u8; (SOURCE_STEP as usize) * (LAYERS + 1)];
    for (layer, step) in contents.chunks_exact_mut(SOURCE_STEP as usize).enumerate() {
        step[0] = layer as u8;
    }
    let usage = BufferUsages::UNIFORM;
    let buffer =
        device.create_buffer_init(&BufferInitDescriptor { label: Some("sources"), contents: &contents, usage });
    let bound = BufferBinding { buffer: &buffer, offset: 0, size: BufferSize::new(16) };
    let entries = [BindGroupEntry { binding: 0, resource: BindingResource::Buffer(bound) }];
    device.create_bind_group(&BindGroupDescriptor { label: Some("sources"), layout, entries: &entries })
}
