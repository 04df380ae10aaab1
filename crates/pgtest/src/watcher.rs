//! Who outlives the test program, by a moment: a shell that ends the server and removes its folder.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

/// Ends the server that is named in the file, when there is one, waits for its end, and removes the folder.
const CLEAN_UP: &str = r#"
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
    kill -QUIT "$pid" 2>/dev/null
    n=0
    while kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.1; n=$((n + 1)); done
    kill -KILL "$pid" 2>/dev/null
fi
rm -rf "$1"
"#;

/// Cleans up when it is dropped, or when this program ends in whatever way.
pub(crate) struct Watcher {
    shell: Child,
    /// Closing it is the signal. The kernel does so when the program ends.
    pipe: Option<ChildStdin>,
}

impl Watcher {
    pub(crate) fn watch(folder: &Path) -> Self {
        let mut shell = Command::new("sh")
            .args(["-c", CLEAN_UP, "sh"])
            .arg(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .current_dir("/")
            // What is sent to the test program's group, such as an interrupt from the keyboard, is not for it.
            .process_group(0)
            .spawn()
            .expect("there is a shell");
        let pipe = shell.stdin.take();
        Self { shell, pipe }
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let _ = self.shell.wait();
    }
}
