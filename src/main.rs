//! The `wangge` program: the window, or one of the commands that need none.

/// Large arrays come and go at every step of building a map. The system's allocator gives each back at once and gets it
/// again zeroed, page by page; this one keeps freed room for a second.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    wangge::cli::main(std::env::args_os())
}
