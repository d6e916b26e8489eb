//! Additional search terms that occur in neither the title nor the description of a setting.

/// Returns the English search terms for a setting. Its translated title and description are searched as well.
pub(crate) fn search_terms(key: &str) -> &'static str {
    match key {
        "rhythm.sit" => "interval frequency how often every timer minutes break reminder time",
        "rhythm.rest" => "pause rest away reset length",
        "rhythm.snooze" => "later delay postpone remind",
        "rhythm.grace" => "typing patience delay interrupt",
        "rhythm.ask_for" => "notification timeout duration popup hide question",
        "rhythm.ask_again" => "repeat unanswered missed ignored question",
        "rhythm.hold_at_most" => "silence meeting call film maximum do not disturb",
        "rhythm.settle" => "suspend sleep wake login startup lock",
        "rhythm.at_most_per_hour" => "limit frequency questions annoying too many",
        "rhythm.reminders" => "stand walk stretch kind type what",
        "rhythm.posture_check" => "slouch upright back position",
        "rhythm.routine" => "exercise default stretch program",
        "rhythm.length" => "duration short time minutes routine",
        "rhythm.short_routine" => "exercise quick brief stretch",
        "rhythm.daily_goal" => "target streak progress count",
        "hours.holidays" => "vacation leave days off weekend",
        "presence.away" => "idle inactive absence afk break",
        "presence.watching" => "video movie meeting idle",
        "presence.ignore" => "idle virtual machine qubes vnc nested disable detection",
        "presence.still" => "idle typing good moment interrupt",
        "quiet.do_not_disturb" => "dnd focus silent mute notifications",
        "quiet.full_screen" => "fullscreen presentation game video slides",
        "quiet.microphone" => "call meeting mic zoom teams",
        "quiet.camera" => "call meeting webcam video zoom teams",
        "quiet.keep_awake" => "video film movie inhibit screensaver caffeine",
        "guide.theme" => "dark mode light mode night colour color appearance style",
        "guide.contrast" => "accessibility colour color visibility outline bold",
        "guide.figure" => "person avatar character model animation",
        "guide.text_size" => "font letters zoom bigger larger big scale accessibility readable",
        "guide.motion" => "animation reduce still movement accessibility",
        "guide.on_top" => "always on top pin float above foreground",
        "guide.check_in" => "feedback question pain feeling check-in",
        "guide.hints" => "arrow direction ghost preview outline",
        "sound.tones" => "beep bell audio mute noise",
        "sound.volume" => "loudness loud quiet audio mute",
        "sound.voice" => "speech speak spoken read aloud tts audio",
        "general.language" => "translation locale english",
        "login" => "autostart startup boot launch run automatically",
        key if key.starts_with("hours.") => "schedule time work day weekday off hours calendar",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use unhunch::config::check;
    use unhunch::config::explain;

    #[test]
    fn every_setting_can_be_found_by_other_words() {
        let reading = check::read(std::path::Path::new("settings.toml"), b"", None, &[]);
        for setting in explain::all(&reading) {
            assert!(
                !super::search_terms(&setting.key()).is_empty(),
                "{}",
                setting.key()
            );
        }
    }
}
