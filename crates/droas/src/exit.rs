//! How a command ends: a sentence for the person, a status for the machine.

use std::process::ExitCode;

use anyhow::Context;

use crate::printed;

/// A failure that starting again does not mend: a wrong configuration, a refused token. A supervisor need not retry.
#[derive(Debug, thiserror::Error)]
#[error("{0:#}")]
pub(crate) struct NeedsMending(pub anyhow::Error);

/// The exit status of [`NeedsMending`]; any other failure is 1.
const NEEDS_MENDING: u8 = 2;

/// Runs a command on the async runtime.
pub(crate) fn block_on(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the operating system gives no threads")?;
    let result = runtime.block_on(command);
    // What was let go at the stop must not hold the process.
    runtime.shutdown_background();
    result
}

/// Tells the person what went wrong, in one sentence, and the machine by the status.
pub(crate) fn code(result: anyhow::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            printed::aside(format_args!("droas: {error:#}"));
            if error.is::<NeedsMending>() {
                ExitCode::from(NEEDS_MENDING)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}
