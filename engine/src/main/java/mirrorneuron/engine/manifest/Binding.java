package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;

/**
 * Who does the work of a step: workers, and what leads from one to the next.
 *
 * @param fields the binding as written
 * @param workers those that are objects, in written order
 */
record Binding(String name, Fields fields, List<Fields> workers) {

    private static final String CODE = "binding.field_type";

    Binding {
        workers = List.copyOf(workers);
    }

    /** Reads {@code runtime.bindings}, by name in written order. */
    static Map<String, Binding> readAll(Fields top) {
        var bindings = new LinkedHashMap<String, Binding>();
        // What runtime itself must be is checked with the other sections.
        var runtime = new Fields(top.json().object("runtime"), top.at("runtime"), top.findings());
        var holder = runtime.fields(CODE, "bindings");
        holder.json()
                .forEach(
                        (name, value) -> {
                            if (value instanceof JsonObject json) {
                                var fields = new Fields(json, holder.at(name), top.findings());
                                bindings.put(
                                        name,
                                        new Binding(name, fields, fields.objects(CODE, "workers")));
                            } else if (!value.isNull()) {
                                holder.wrong(CODE, "an object", name);
                            }
                        });
        return bindings;
    }

    /** The ids of its workers, as written. */
    List<String> workerIds() {
        var ids = new ArrayList<String>(workers.size());
        workers.forEach(worker -> workerId(worker).ifPresent(ids::add));
        return ids;
    }

    /** The same, those that start the work at the front. */
    List<String> workerIdsInOrder() {
        var ids = new LinkedHashSet<String>();
        var workers = new LinkedHashSet<>(workerIds());
        for (var starter : fields.json().array("start_workers")) {
            if (starter instanceof JsonString(var text) && workers.contains(text.strip())) {
                ids.add(text.strip());
            }
        }
        ids.addAll(workers);
        return List.copyOf(ids);
    }

    static Optional<String> workerId(Fields worker) {
        return worker.value("node_id", "node", "id") instanceof JsonString(var text)
                        && !text.isBlank()
                ? Optional.of(text.strip())
                : Optional.empty();
    }

    /** The binding of a step: by the name in its {@code run}, else by its id. */
    static Optional<Binding> of(StepDraft step, Map<String, Binding> bindings) {
        var name =
                switch (step.run()) {
                    case StepRun.Named(var run) -> run;
                    case StepRun.Agent agent -> agent.binding().orElse(agent.node());
                    case StepRun.Handler _, StepRun.Definition _ -> step.id();
                };
        return Optional.ofNullable(bindings.get(name))
                .or(() -> Optional.ofNullable(bindings.get(step.id())));
    }

    /** The agent that gets what is meant for the binding as a whole, when no step says it. */
    Optional<AgentId> first() {
        return workerIdsInOrder().stream().findFirst().map(AgentId::of);
    }

    /**
     * Reads what the entrypoints among its workers receive first.
     *
     * @param start gets the messages when they are a list
     */
    void readSeeds(InitialInputs inputs, Optional<AgentId> start) {
        var names = new String[] {"seed_inputs", "initial_inputs"};
        if (fields.value(names) instanceof JsonArray seeds && start.isPresent()) {
            inputs.readFor(start.get(), seeds, fields.at(names));
        } else {
            inputs.read(fields, names);
        }
    }
}
