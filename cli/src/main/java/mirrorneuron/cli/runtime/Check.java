package mirrorneuron.cli.runtime;

import java.util.List;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.cli.output.Table;

/** One thing that was looked at. */
record Check(String component, Verdict verdict, String target, String detail) {

    /** What was found. */
    enum Verdict {
        PASSING,
        /** Something works less well, or a kind of workflow does not work here. */
        WARNING,
        CRITICAL;

        String wire() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Check of(String component, boolean well, String target, String detail) {
        return new Check(component, well ? Verdict.PASSING : Verdict.CRITICAL, target, detail);
    }

    boolean well() {
        return verdict != Verdict.CRITICAL;
    }

    JsonObject toJson() {
        return JsonObject.builder()
                .put("component", component)
                .put("status", verdict.wire())
                .put("target", target)
                .put("detail", detail)
                .build();
    }

    static JsonObject document(List<Check> checks) {
        var worst =
                checks.stream()
                        .map(Check::verdict)
                        .max(java.util.Comparator.naturalOrder())
                        .orElse(Verdict.PASSING);
        return JsonObject.builder()
                .put("status", worst.wire())
                .put("components", JsonArray.of(checks.stream().map(Check::toJson).toList()))
                .build();
    }

    static Table table(List<Check> checks) {
        return Table.of(
                List.of("Component", "Status", "Target", "Detail"),
                checks.stream()
                        .map(
                                check ->
                                        List.of(
                                                check.component(),
                                                check.verdict().wire(),
                                                check.target(),
                                                check.detail()))
                        .toList());
    }
}
