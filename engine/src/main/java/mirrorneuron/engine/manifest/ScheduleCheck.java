package mirrorneuron.engine.manifest;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Checks when a job is to run, and by which events.
 *
 * @see "manifest contract, section 6.6"
 */
final class ScheduleCheck {

    private static final List<String> KINDS =
            List.of("periodic", "delayed", "event", "resource_wait");
    private static final List<String> MISSED_POLICIES =
            List.of("skip", "catchup_one", "catchup_all");

    private ScheduleCheck() {}

    static void check(Fields top) {
        var schedule = top.fields("schedule.type", "schedule");
        if (!schedule.json().isEmpty()) {
            schedule(schedule, kind(schedule));
        }
        triggers(top);
        top.object("manifest.field_type", "parameterized");
    }

    /** Each trigger is an event schedule; one object stands for a list of itself. */
    private static void triggers(Fields top) {
        var place = top.at("triggers");
        switch (top.value("triggers")) {
            case JsonNull _ -> {}
            case JsonObject one -> schedule(new Fields(one, place, top.findings()), "event");
            case JsonArray many -> {
                for (int i = 0; i < many.size(); i++) {
                    trigger(many.get(i), place.element(i), top.findings());
                }
            }
            default -> trigger(top.value("triggers"), place, top.findings());
        }
    }

    private static void trigger(JsonValue value, Place place, Findings findings) {
        if (value instanceof JsonObject object) {
            schedule(new Fields(object, place, findings), "event");
        } else {
            findings.odd("triggers.ignored", place, value, "a trigger object", "It is ignored.");
        }
    }

    private static String kind(Fields schedule) {
        if (!schedule.value("kind").isNull()) {
            return schedule.word("schedule.kind_unsupported", KINDS, "kind").orElse("");
        }
        if (!schedule.value("event_type", "trigger").isNull()) {
            return "event";
        }
        return schedule.value("run_at", "delay_ms").isNull() ? "periodic" : "delayed";
    }

    private static void schedule(Fields schedule, String kind) {
        switch (kind) {
            case "periodic" -> checkCrons(schedule);
            case "delayed" -> checkDelay(schedule);
            case "event" -> checkEvent(schedule);
            case "resource_wait" ->
                    schedule.whole(
                            "schedule.retry_interval_invalid",
                            1,
                            Long.MAX_VALUE,
                            "retry_interval_ms");
            default -> {}
        }
        checkIdentifier(schedule);
        checkTimezone(schedule);
        schedule.flag("schedule.prohibit_overlap_type", true, "prohibit_overlap");
        schedule.flag("schedule.enabled_type", true, "enabled");
        schedule.whole("schedule.catchup_limit_invalid", 0, Integer.MAX_VALUE, "catchup_limit");
        schedule.whole("schedule.missed_grace_invalid", 0, Long.MAX_VALUE, "missed_grace_ms");
        checkMissedPolicy(schedule);
        checkWindow(schedule);
    }

    private static void checkIdentifier(Fields schedule) {
        var id = schedule.value("schedule_id", "id");
        if (!id.isNull()
                && !(id instanceof JsonString(var text) && Identifiers.isValid(text.strip()))) {
            schedule.wrong("schedule.id_invalid", Identifiers.EXPECTED, "schedule_id", "id");
        }
    }

    private static void checkCrons(Fields schedule) {
        var single = schedule.value("cron");
        var many = schedule.array("schedule.cron_invalid", "crons");
        if (single.isNull() && many.isEmpty()) {
            schedule.findings()
                    .error(
                            "schedule.cron_required",
                            schedule.at("cron"),
                            "Expected a cron expression, but found none",
                            "Write \"cron\": \"0 22 * * *\".");
        }
        if (!single.isNull()) {
            checkCron(schedule, single, schedule.at("cron"));
        }
        for (int i = 0; i < many.size(); i++) {
            checkCron(schedule, many.get(i), schedule.at("crons").element(i));
        }
    }

    private static void checkCron(Fields schedule, JsonValue cron, Place place) {
        if (!(cron instanceof JsonString(var text)) || !CronSyntax.isValid(text)) {
            schedule.findings()
                    .wrong(
                            "schedule.cron_invalid",
                            place,
                            cron,
                            "minute hour day month weekday, or @hourly, @daily, @weekly,"
                                    + " @monthly, @yearly",
                            "");
        }
    }

    private static void checkDelay(Fields schedule) {
        var delay = schedule.whole("schedule.delay_invalid", 0, Long.MAX_VALUE, "delay_ms");
        var runAt = schedule.value("run_at");
        if (runAt.isNull() && delay.isEmpty() && schedule.value("delay_ms").isNull()) {
            schedule.findings()
                    .error(
                            "schedule.run_at_invalid",
                            schedule.at("run_at"),
                            "Expected run_at or delay_ms, but found neither",
                            "Write an instant such as 2030-01-31T22:00:00Z.");
        }
        if (!runAt.isNull()
                && !(runAt instanceof JsonString(var text) && isInstant(text.strip()))) {
            schedule.wrong("schedule.run_at_invalid", "an instant with its zone", "run_at");
        }
    }

    private static boolean isInstant(String text) {
        try {
            return OffsetDateTime.parse(text) != null;
        } catch (DateTimeException notAnInstant) {
            return false;
        }
    }

    /** The event's type stands in the schedule, or in its {@code trigger}, or is the trigger. */
    private static void checkEvent(Fields schedule) {
        schedule.object("schedule.filters_type", "filters");
        boolean named = hasEventType(schedule);
        switch (schedule.value("trigger")) {
            case JsonNull _ -> {}
            case JsonString(var text) -> named |= !text.isBlank();
            case JsonObject json -> {
                var trigger = new Fields(json, schedule.at("trigger"), schedule.findings());
                named |= hasEventType(trigger);
                trigger.object("schedule.filters_type", "filters");
                trigger.texts("schedule.meta_invalid", "meta_required");
                trigger.texts("schedule.meta_invalid", "meta_optional");
            }
            default -> {
                schedule.wrong("schedule.trigger_type", "an object, or an event type", "trigger");
                named = true;
            }
        }
        if (!named) {
            schedule.findings()
                    .error(
                            "schedule.event_type_required",
                            schedule.at("event_type"),
                            "Expected an event_type, but found none",
                            "Name the event that starts the job.");
        }
    }

    private static boolean hasEventType(Fields fields) {
        return fields.value("event_type") instanceof JsonString(var text) && !text.isBlank();
    }

    private static void checkTimezone(Fields schedule) {
        var zone = schedule.text("schedule.timezone_invalid", "timezone", "time_zone");
        if (zone.isPresent() && !isZone(zone.get())) {
            schedule.wrong(
                    "schedule.timezone_invalid",
                    "a zone such as UTC or Europe/Berlin",
                    "timezone",
                    "time_zone");
        }
    }

    private static boolean isZone(String text) {
        try {
            return ZoneId.of(text) != null;
        } catch (DateTimeException unknown) {
            return false;
        }
    }

    private static void checkMissedPolicy(Fields schedule) {
        var value = schedule.value("missed_policy");
        boolean known =
                value.isNull()
                        || (value instanceof JsonString(var text)
                                && MISSED_POLICIES.contains(text.strip()));
        if (!known) {
            schedule.findings()
                    .odd(
                            "schedule.missed_policy_unknown",
                            schedule.at("missed_policy"),
                            value,
                            "one of " + String.join(", ", MISSED_POLICIES),
                            "skip is used instead.");
        }
    }

    private static void checkWindow(Fields schedule) {
        var window = schedule.fields("schedule.window_invalid", "window");
        window.whole("schedule.window_invalid", 1, Long.MAX_VALUE, "duration_ms");
        window.word("schedule.window_invalid", List.of("cancel", "pause", "none"), "end_action");
    }
}
