package mirrorneuron.engine.manifest;

import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonNull;
import mirrorneuron.api.json.JsonNumber;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.api.json.JsonValue;

/**
 * Checks that an author wrote what a submission has a default for. Values of the wrong type are the
 * business of whoever reads them; here it is about what is not there.
 *
 * @see "manifest contract, sections 4.1 and 4.2"
 */
final class StrictFields {

    private static final String REQUIRED = "manifest.field_required";
    private static final String TYPE = "manifest.field_type";
    private static final String AGENTS_SCHEMA = "mn.agents.communication_graph/v1";

    private StrictFields() {}

    static void ofWorkflow(Fields top) {
        for (var name : new String[] {"id", "name", "manifest_version", "job_name"}) {
            require(top, name);
        }
        if (!top.value("version").isNull() && !isOne(top.value("version"))) {
            top.wrong("manifest.version_unsupported", "1", "version");
        }
        contract(top);
        if (require(top, "agents") instanceof JsonObject) {
            var agents = top.fields(TYPE, "agents");
            var schema = require(agents, "schema");
            if (!schema.isNull() && !schema.equals(JsonString.of(AGENTS_SCHEMA))) {
                agents.wrong("manifest.agents_schema_unsupported", AGENTS_SCHEMA, "schema");
            }
            require(agents, "nodes");
            require(agents, "edges");
            require(agents, "entrypoints");
            checkEntrypoints(agents);
        }
        if (require(top, "runtime") instanceof JsonObject) {
            require(top.fields(TYPE, "runtime"), "bindings");
        }
        requireSteps(top.fields(TYPE, "workflow"));
    }

    static void ofExecutable(Fields top) {
        checkEntrypoints(top);
        if (!(require(top, "flow") instanceof JsonObject)) {
            return;
        }
        var flow = top.fields(TYPE, "flow");
        if (!flow.value("steps").isNull()) {
            requireSteps(flow);
        } else {
            require(flow, "nodes");
        }
    }

    static void ofSource(Fields top) {
        var agents = top.fields(TYPE, "agents");
        checkEntrypoints(agents);
        checkEntrypoints(agents, "auxiliary_entrypoints");
        if (require(top, "workflow") instanceof JsonObject) {
            var workflow = top.fields(TYPE, "workflow");
            requireSteps(workflow);
            var steps = workflow.json().array("steps");
            for (int i = 0; i < steps.size(); i++) {
                if (steps.get(i) instanceof JsonObject step
                        && !(step.at("run") instanceof JsonObject)) {
                    top.findings()
                            .wrong(
                                    "step.run_required",
                                    workflow.at("steps").element(i).member("run"),
                                    step.at("run"),
                                    "an object with handler, agent or definition",
                                    "");
                }
            }
        }
    }

    /** A submission falls back to nodes with a root's role when the list is something else. */
    private static void checkEntrypoints(Fields holder) {
        checkEntrypoints(holder, "entrypoints");
    }

    private static void checkEntrypoints(Fields holder, String name) {
        switch (holder.value(name)) {
            case JsonArray _, JsonNull _ -> {}
            case JsonString(var text) when !text.isBlank() -> {}
            default -> holder.wrong(TYPE, "a list of node ids", name);
        }
    }

    private static void contract(Fields top) {
        if (!(require(top, "contract") instanceof JsonObject)) {
            return;
        }
        var contract = top.fields(TYPE, "contract");
        require(contract, "inputs");
        contract.object(TYPE, "inputs");
        if (require(contract, "outputs") instanceof JsonObject) {
            var outputs = contract.fields(TYPE, "outputs");
            require(outputs, "primary");
            outputs.object(TYPE, "primary");
        } else {
            contract.object(TYPE, "outputs");
        }
    }

    private static void requireSteps(Fields holder) {
        if (holder.value("steps").isNull() || holder.value("steps").equals(JsonArray.empty())) {
            holder.findings()
                    .error(
                            "workflow.steps_required",
                            holder.at("steps"),
                            "Expected at least one step, but found none",
                            "Add the steps of the workflow.");
        }
    }

    /** The member's value; its absence is reported. */
    private static JsonValue require(Fields holder, String name) {
        var value = holder.value(name);
        if (value.isNull() || (value instanceof JsonString(var text) && text.isBlank())) {
            holder.findings()
                    .error(
                            REQUIRED,
                            holder.at(name),
                            "Expected " + name + ", but found none",
                            "Add it. A submission would do with a default.");
        }
        return value;
    }

    private static boolean isOne(JsonValue value) {
        return value instanceof JsonNumber number && number.asDouble() == 1;
    }
}
