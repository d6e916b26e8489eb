//! Compiles the markup of the window.

use std::env;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // Slint looks for catalogues with this name. It is safe to set here: there is no other thread, and edition 2021 allows it.
    env::set_var("CARGO_PKG_NAME", "unhunch");
    let configuration = slint_build::CompilerConfiguration::new()
        .with_style("fluent".into())
        .with_default_translation_context(slint_build::DefaultTranslationContext::None)
        .with_bundled_translations("../../../config/lang")
        // Lets tests inspect the elements.
        .with_debug_info(env::var("PROFILE").as_deref() == Ok("debug"));
    Ok(slint_build::compile_with_config(
        "app.slint",
        configuration,
    )?)
}
