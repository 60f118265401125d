package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a job is to run, and by which events. */
class ScheduleTest extends LoaderSpec {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'cron': '0 22 * * *'}",
                "{'kind': 'periodic', 'crons': ['@daily', '*/5 0-6 1,15 JAN-MAR MON'], 'timezone': 'Europe/Berlin', 'prohibit_overlap': false, 'missed_policy': 'catchup_one', 'catchup_limit': 3, 'missed_grace_ms': 0, 'window': {'duration_ms': 1, 'end_action': 'pause'}, 'enabled': false}",
                "{'run_at': '2030-01-31T22:00:00Z'}",
                "{'delay_ms': 1000}",
                "{'event_type': 'bundle_uploaded'}",
                "{'trigger': {'event_type': 'e', 'filters': {'a': [1]}, 'meta_required': ['m']}}",
                "{'trigger': 'e'}",
                "{'kind': 'resource_wait', 'retry_interval_ms': 30000}"
            })
    void sound_schedules_are_read(String schedule) {
        givenTop("'type': 'service', 'schedule': " + schedule);

        thenLoadedBut("manifest.field_ignored");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    []                                              | schedule.type                   |
                    {'kind': 'sometimes'}                           | schedule.kind_unsupported       | /kind
                    {'kind': 'periodic'}                            | schedule.cron_required          | /cron
                    {'timezone': 'UTC'}                             | schedule.cron_required          | /cron
                    {'cron': 'every day'}                           | schedule.cron_invalid           | /cron
                    {'crons': ['* * * * *', 5]}                     | schedule.cron_invalid           | /crons/1
                    {'kind': 'delayed'}                             | schedule.run_at_invalid         | /run_at
                    {'run_at': 'tomorrow'}                          | schedule.run_at_invalid         | /run_at
                    {'delay_ms': -1}                                | schedule.delay_invalid          | /delay_ms
                    {'kind': 'event'}                               | schedule.event_type_required    | /event_type
                    {'trigger': {'filters': {}}}                    | schedule.event_type_required    | /event_type
                    {'trigger': 5}                                  | schedule.trigger_type           | /trigger
                    {'event_type': 'e', 'filters': []}              | schedule.filters_type           | /filters
                    {'cron': '@daily', 'timezone': 'Mars/Base'}     | schedule.timezone_invalid       | /timezone
                    {'cron': '@daily', 'prohibit_overlap': 1}       | schedule.prohibit_overlap_type  | /prohibit_overlap
                    {'cron': '@daily', 'enabled': 1}                | schedule.enabled_type           | /enabled
                    {'cron': '@daily', 'catchup_limit': -1}         | schedule.catchup_limit_invalid  | /catchup_limit
                    {'cron': '@daily', 'missed_grace_ms': -1}       | schedule.missed_grace_invalid   | /missed_grace_ms
                    {'cron': '@daily', 'window': 5}                 | schedule.window_invalid         | /window
                    {'cron': '@daily', 'window': {'duration_ms': 0}} | schedule.window_invalid        | /window/duration_ms
                    {'cron': '@daily', 'window': {'end_action': 'x'}} | schedule.window_invalid       | /window/end_action
                    {'cron': '@daily', 'schedule_id': 'a b'}        | schedule.id_invalid             | /schedule_id
                    {'kind': 'resource_wait', 'retry_interval_ms': 0} | schedule.retry_interval_invalid | /retry_interval_ms
                    """)
    void a_wrong_schedule_is_refused(String schedule, String code, String pointer) {
        givenTop("'schedule': " + schedule);

        thenRefused(code, "/manifest/schedule" + (pointer == null ? "" : pointer));
    }

    @Test
    void an_unknown_policy_for_missed_runs_means_skip() {
        givenTop("'schedule': {'cron': '@daily', 'missed_policy': 'panic'}");

        thenWarned("schedule.missed_policy_unknown", "/manifest/schedule/missed_policy");
    }

    @Test
    void triggers_are_event_schedules() {
        givenTop("'triggers': [{'event_type': 'e'}, {'cron': '@daily'}]");
        thenRefused("schedule.event_type_required", "/manifest/triggers/1/event_type");

        givenTop("'type': 'service', 'triggers': {'event_type': 'e'}");
        thenLoadedBut("manifest.field_ignored");
    }

    @Test
    void triggers_that_are_no_objects_are_dropped_with_a_warning() {
        givenTop("'triggers': [5]");
        thenWarned("triggers.ignored", "/manifest/triggers/0");

        givenTop("'triggers': 'e'");
        thenWarned("triggers.ignored", "/manifest/triggers");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "* * * * *",
                "0 22 * * 1-5",
                "*/15 * * * *",
                "0,30 8-18/2 1 */3 SUN,sat",
                "@hourly",
                "@DAILY",
                "@weekly",
                "@monthly",
                "@yearly",
                "@annually",
                " 0 0 1 1 7 "
            })
    void cron_expressions(String text) {
        assertThat(CronSyntax.isValid(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 8",
                "5-1 * * * *",
                "*/0 * * * *",
                "1,, * * * *",
                "a * * * *",
                "@reboot",
                "1- * * * *",
                "-1 * * * *",
                "* * * MON *"
            })
    void no_cron_expressions(String text) {
        assertThat(CronSyntax.isValid(text)).isFalse();
    }
}
