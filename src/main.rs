//! The `wangge` program: the window, or one of the commands that need none.

fn main() -> std::process::ExitCode {
    wangge::cli::main(std::env::args_os())
}
