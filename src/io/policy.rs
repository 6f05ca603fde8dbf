//! What the administrator of a machine allows, in a file that only he can write.
//!
//! `/etc/wangge/admin.json`; on Windows `%ProgramData%\wangge\admin.json`, on macOS
//! `/Library/Application Support/wangge/admin.json`. It holds one object:
//!
//! ```json
//! {"convert_out_of_gcj02": false}
//! ```
//!
//! Without the file all is allowed. A file that cannot be read or understood allows nothing: a slip of the pen must not
//! open what was meant to be shut. `WANGGE_ADMIN` names one more file, which can only forbid more.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde::Deserialize;

use crate::base::Text;

/// What is allowed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Why nothing is converted out of GCJ-02 and BD-09, if so.
    pub keeps_shifted: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default = "allowed")]
    convert_out_of_gcj02: bool,
}

fn allowed() -> bool {
    true
}

impl Policy {
    /// What this machine allows; read once.
    #[must_use]
    pub fn machine() -> &'static Self {
        static MACHINE: OnceLock<Policy> = OnceLock::new();
        MACHINE.get_or_init(|| {
            let further = std::env::var_os("WANGGE_ADMIN").filter(|value| !value.is_empty()).map(PathBuf::from);
            let strictest = further.map(|path| Self::of(&path)).filter(|policy| policy.keeps_shifted.is_some());
            strictest.or_else(|| path().map(|path| Self::of(&path))).unwrap_or_default()
        })
    }

    /// What a file allows.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let shown = path.display();
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::default(),
            Err(error) => return Self::broken(path, &error),
        };
        match serde_json::from_str::<File>(text.trim_start_matches('\u{feff}')) {
            Ok(File { convert_out_of_gcj02: true }) => Self::default(),
            Ok(File { convert_out_of_gcj02: false }) => Self {
                keeps_shifted: Some(Text::new(
                    format!("the administrator of this machine does not allow it ({shown})"),
                    format!("本机管理员已禁止({shown})"),
                )),
            },
            Err(error) => Self::broken(path, &error),
        }
    }

    fn broken(path: &Path, error: &dyn std::fmt::Display) -> Self {
        let shown = path.display();
        Self {
            keeps_shifted: Some(Text::new(
                format!("the administrator's settings {shown} cannot be read ({error}), so it is taken as forbidden"),
                format!("无法读取管理员设置 {shown}({error}),按禁止处理"),
            )),
        }
    }
}

/// Where the file of this machine is.
fn path() -> Option<PathBuf> {
    let folder = if cfg!(windows) {
        PathBuf::from(std::env::var_os("ProgramData").filter(|value| !value.is_empty())?)
    } else if cfg!(target_os = "macos") {
        PathBuf::from("/Library/Application Support")
    } else {
        PathBuf::from("/etc")
    };
    Some(folder.join("wangge/admin.json"))
}
