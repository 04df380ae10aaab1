//! The promises of [`store::Store`], as functions over "how a fresh store is opened". A database runs all of them by
//! naming its way in [`contract`].

pub(crate) mod activity;
pub(crate) mod activity_facts;
pub(crate) mod activity_model;
pub(crate) mod checkpoints;
pub(crate) mod commits;
pub(crate) mod episodes;
pub(crate) mod figures;
pub(crate) mod groups;
pub(crate) mod guilds;
pub(crate) mod history;
pub(crate) mod imports;
pub(crate) mod level_roles;
pub(crate) mod outbox;
pub(crate) mod outcomes;
pub(crate) mod parking;
pub(crate) mod person;
pub(crate) mod persons;
pub(crate) mod raids;
pub(crate) mod reports;
pub(crate) mod rescores;
pub(crate) mod review;
pub(crate) mod schema;
pub(crate) mod screening;
pub(crate) mod searches;
pub(crate) mod settings;
pub(crate) mod settings_at_once;
pub(crate) mod threads;
pub(crate) mod words;

/// Makes a test of each fact. `$fresh` returns a database that nobody else uses, if there can be one: a value with
/// `options()`, which is cleaned up when it is dropped.
macro_rules! contract {
    ($fresh:path) => {
        contract!($fresh;
            activity::messages_in_any_batches_come_to_what_the_domain_says,
            activity::pages_of_a_crowded_board_are_those_of_the_whole,
            activity_facts::batches_at_once_lose_nothing_in_whatever_order,
            activity_facts::board_follows_a_change_of_rules_once_it_is_rescored,
            activity_facts::days_are_forgotten_and_their_months_stay,
            activity_facts::erased_person_is_gone_everywhere,
            activity_facts::guild_that_is_left_loses_its_activity_with_its_settings,
            activity_facts::level_ones_share_a_rank_on_every_page,
            activity_facts::nothing_is_known_of_who_never_wrote,
            activity_facts::numbers_at_their_edges_are_kept,
            activity_facts::reset_concerns_one_member_of_one_guild,
            activity_facts::streak_goes_on_over_the_years_end_until_a_day_is_missed,
            checkpoints::checkpoint_is_read_back_until_it_is_forgotten,
            checkpoints::shards_of_different_counts_are_different_shards,
            checkpoints::whoever_opens_a_database_alone_leads,
            commits::acknowledged_writes_are_read_at_once,
            commits::batch_that_fails_leaves_nothing_behind_and_hurts_no_neighbour,
            commits::closed_store_keeps_everything_and_takes_nothing,
            commits::empty_batch_is_committed,
            commits::id_that_another_welcome_has_is_told_and_hurts_nobody,
            commits::id_that_many_draw_at_once_is_given_to_one,
            episodes::episode_of_a_guild_without_count_has_no_number,
            episodes::episode_that_goes_on_is_greeted_once_and_counted,
            episodes::episode_that_goes_on_keeps_what_became_of_its_welcome,
            episodes::found_episode_is_untold_until_the_gateway_tells_of_it,
            episodes::episode_without_welcome_is_counted_and_skipped,
            episodes::greeted_at_is_the_newest_welcome_that_was_or_may_have_been_posted,
            episodes::leave_during_an_attempt_leaves_it_to_be_settled,
            episodes::new_episode_takes_the_place_of_a_welcome_that_still_waits,
            episodes::new_episode_without_welcome_leaves_the_one_that_waits,
            episodes::leave_lowers_the_count_once_and_skips_what_is_pending,
            episodes::leave_of_an_unknown_member_lowers_the_count_but_not_below_zero,
            episodes::new_episode_is_pending_and_takes_the_next_number,
            episodes::newest_row_is_the_last_episode,
            episodes::same_join_is_stored_once,
            figures::open_welcomes_are_counted_and_wait_as_long_as_the_oldest,
            figures::work_is_counted_and_timed_and_takes_room,
            groups::group_is_bound_of_those_who_can_be_greeted_and_given_once,
            groups::group_stays_together_while_its_outcome_is_unknown,
            groups::group_that_was_not_delivered_is_disbanded,
            groups::group_that_is_not_in_the_channel_is_disbanded_in_spite_of_doubt,
            groups::nonce_of_a_group_confirms_all_its_welcomes,
            guilds::forgotten_guild_takes_its_pending_welcomes_along,
            guilds::guild_is_updated_and_an_untold_count_stays,
            guilds::ids_with_the_top_bit_are_read_back,
            history::counts_go_by_state_and_reason,
            history::counts_of_portions_come_to_those_of_the_whole,
            history::history_is_newest_first,
            history::newest_of_all_guilds_are_found_and_those_that_failed_among_them,
            history::pruning_deletes_what_is_old_and_settled,
            level_roles::guild_is_due_when_its_roles_are_chosen_and_given_to_one_caller,
            level_roles::guild_is_put_off_unless_it_changed_meanwhile,
            level_roles::guild_without_roles_stays_due_while_somebody_has_one,
            level_roles::guilds_that_wait_longest_are_taken_first,
            level_roles::role_is_noted_from_its_beginning_to_its_end,
            level_roles::roles_of_a_guild_whose_settings_are_erased_are_forgotten,
            level_roles::who_leaves_or_comes_anew_has_no_roles_from_us,
            imports::imported_score_fades_from_its_last_message_and_days_are_in_their_months,
            imports::same_file_again_changes_nothing_and_a_later_one_adds_what_is_new,
            imports::who_has_a_score_here_keeps_the_larger_at_the_same_moment,
            imports::undo_brings_back_what_was_there,
            imports::undo_keeps_messages_that_were_counted_since,
            imports::undo_that_cannot_be_exact_is_refused_unless_it_is_allowed,
            imports::what_is_erased_of_a_member_is_not_taken_back_again,
            imports::imported_settings_are_those_that_nobody_chose_with_a_line_in_the_history,
            imports::preview_tells_what_would_be_done_and_does_nothing,
            outbox::attempt_is_given_to_one_of_many_callers,
            outbox::attempt_is_not_given_for_what_is_settled_left_or_not_due,
            outbox::attempts_are_counted_and_the_first_keeps_its_time,
            outbox::due_welcomes_come_oldest_first,
            outbox::full_guild_does_not_keep_others_waiting,
            outbox::next_due_time_lies_ahead,
            outbox::released_attempts_are_due_at_once,
            outcomes::attempt_that_posted_nothing_is_as_if_it_had_not_been,
            outcomes::confirmation_wins_over_every_state,
            outcomes::doubt_about_an_earlier_attempt_stays,
            outcomes::message_id_is_filled_in_later,
            outcomes::not_delivered_welcome_of_somebody_who_left_is_skipped,
            outcomes::pending_welcome_is_put_off,
            outcomes::return_that_was_passed_over_for_a_post_that_was_none_is_greeted,
            outcomes::sent_is_never_overwritten,
            outcomes::unknown_outcome_stays_in_doubt,
            outcomes::unknown_welcome_is_not_settled,
            outcomes::attempt_that_was_not_made_is_not_counted,
            parking::guild_is_parked_until_it_is_not,
            parking::guild_that_is_left_is_not_parked,
            person::changes_that_a_person_made_come_from_all_guilds_newest_first_and_in_pages,
            person::place_on_a_board_is_that_of_its_line,
            person::roles_and_imports_of_a_person_come_from_all_guilds,
            person::welcomes_of_a_person_come_from_all_guilds_newest_first,
            raids::held_back_welcomes_are_those_of_the_raid,
            raids::joins_are_counted_up_to_a_bound,
            raids::stale_welcomes_are_skipped_and_others_stay,
            reports::day_has_one_report_however_often_it_is_found,
            reports::doubt_about_a_report_stays_until_the_channel_was_read,
            reports::every_reason_for_no_report_is_read_back,
            reports::look_at_a_schedule_that_was_changed_meanwhile_stores_nothing,
            reports::old_reports_are_deleted_and_open_ones_stay,
            reports::report_is_given_to_one_of_many_callers,
            reports::report_that_posted_nothing_is_as_if_it_had_not_been_begun,
            reports::schedule_goes_along_with_the_settings_that_bear_on_it,
            reports::schedule_of_a_guild_whose_settings_are_erased_goes_along,
            reports::schedules_that_are_due_come_longest_waiting_first,
            reports::settled_report_stays_and_a_message_that_stands_wins,
            rescores::guild_is_rescored_after_a_change_that_bears_on_scores_and_no_other,
            rescores::guild_whose_settings_are_erased_is_not_rescored,
            rescores::rules_that_are_changed_again_meanwhile_are_followed_too,
            review::database_is_looked_over_beside_whoever_uses_it,
            review::guilds_that_chose_a_channel_come_first_and_removed_ones_not_at_all,
            schema::older_schema_is_refused_where_it_is_not_to_be_migrated,
            schema::schema_is_taken_back_when_nobody_uses_it_and_from_the_version_that_was_named,
            screening::leave_ends_the_wait_for_screening,
            screening::who_waits_for_screening_has_not_been_greeted,
            screening::welcome_waits_until_its_member_has_passed_screening,
            screening::who_never_passes_screening_is_given_up_and_forgotten,
            searches::found_member_is_in_the_count_already,
            searches::guild_is_searched_from_where_its_shard_had_heard,
            searches::guild_that_is_new_is_not_searched,
            searches::guilds_are_searched_by_turns,
            searches::search_does_not_reach_back_before_the_bot_came,
            searches::search_goes_on_and_begins_anew_with_another_session,
            searches::watermark_outlives_another_number_of_shards,
            settings::asset_in_use_is_not_deleted_and_an_unknown_one_not_chosen,
            settings::change_is_stored_with_a_line_for_each_field,
            settings::change_that_changes_nothing_makes_no_version,
            settings::changes_of_all_kinds_are_news,
            settings::guild_begins_with_its_locales_language_and_keeps_what_it_chose,
            settings::history_is_read_in_pages_newest_first,
            settings::refused_change_leaves_everything_as_it_was,
            settings::settings_and_versions_are_read_in_pages,
            settings::settings_of_a_guild_that_is_left_are_erased_after_the_time_of_grace,
            settings::stale_change_is_told_who_changed_what,
            settings_at_once::changes_of_many_guilds_at_once_are_all_stored,
            settings_at_once::changes_of_one_guild_at_once_lose_nothing,
            threads::guild_that_is_left_loses_its_threads,
            threads::list_takes_away_what_it_does_not_name_of_the_channels_that_it_is_of,
            threads::thread_has_a_parent_in_its_guild_until_it_is_gone,
            threads::threads_are_those_of_all_that_was_told_in_any_batches,
        );
    };
    ($fresh:path; $($module:ident::$fact:ident),+ $(,)?) => {$(
        #[tokio::test]
        async fn $fact() {
            // None where there is no server to be had, which was said.
            let Some(fresh) = $fresh() else { return };
            crate::contract::$module::$fact(fresh.options()).await;
        }
    )+};
}
pub(crate) use contract;
