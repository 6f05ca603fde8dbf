//! A graphics card without a window, for tests and benches.

use std::sync::Arc;

use eframe::egui_wgpu::{RenderState, RendererOptions, WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};
use eframe::wgpu::{Adapter, DeviceType};

/// The first adapter in the order wanted: hardware before software, or the other way round. `None` where there is none;
/// with `WANGGE_REQUIRE_GPU` set that is a failure.
pub(crate) fn card(hardware_first: bool) -> Option<RenderState> {
    let mut setup = WgpuSetupCreateNew::without_display_handle();
    setup.native_adapter_selector = Some(Arc::new(move |adapters: &[Adapter], _| {
        let rank = |adapter: &&Adapter| (adapter.get_info().device_type == DeviceType::Cpu) == hardware_first;
        adapters.iter().min_by_key(rank).cloned().ok_or_else(|| "there is no adapter".to_owned())
    }));
    let config = WgpuConfiguration { wgpu_setup: WgpuSetup::CreateNew(setup), ..WgpuConfiguration::default() };
    let instance = pollster::block_on(config.wgpu_setup.new_instance());
    let state = pollster::block_on(RenderState::create(&config, &instance, None, RendererOptions::default()));
    match state {
        Ok(state) => Some(state),
        Err(why) if std::env::var_os("WANGGE_REQUIRE_GPU").is_none() => {
            println!("SKIPPED: no graphics card, not even one in software ({why})");
            None
        }
        Err(why) => panic!("no graphics card, not even one in software: {why}"),
    }
}
