package mirrorneuron.api;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.Stream;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/** What checking a bundle found. */
public sealed interface Validation {

    /** Every issue; for a valid bundle these are warnings. */
    List<Issue> issues();

    record Valid(Bundle bundle, List<Issue> warnings) implements Validation {
        public Valid {
            requireNonNull(bundle, "bundle");
            warnings = List.copyOf(warnings);
        }

        @Override
        public List<Issue> issues() {
            return warnings;
        }
    }

    /** At least one issue is an error. */
    record Invalid(List<Issue> issues) implements Validation {
        public Invalid {
            issues = List.copyOf(issues);
        }
    }

    /**
     * The {@code validation.report/v1} document. Warnings are listed under {@code warnings}, never
     * among the issues.
     */
    default JsonObject toJson() {
        return report(issues());
    }

    /** The {@code validation.report/v1} document of any list of issues. */
    static JsonObject report(List<Issue> all) {
        var errors = of(all, Severity.ERROR).toList();
        return JsonObject.builder()
                .put("version", "validation.report/v1")
                .put("ok", errors.isEmpty())
                .put("status", errors.isEmpty() ? "passed" : "failed")
                .put("error_count", errors.size())
                .put(
                        "errors",
                        JsonArray.ofStrings(
                                errors.stream()
                                        .map(
                                                issue ->
                                                        issue.location().path()
                                                                + ": "
                                                                + issue.message())
                                        .toList()))
                .put("issues", JsonArray.of(errors.stream().map(Issue::toJson).toList()))
                .put(
                        "warnings",
                        JsonArray.of(of(all, Severity.WARNING).map(Issue::toJson).toList()))
                .put("results", JsonArray.empty())
                .build();
    }

    private static Stream<Issue> of(List<Issue> issues, Severity severity) {
        return issues.stream().filter(issue -> issue.severity() == severity);
    }
}
