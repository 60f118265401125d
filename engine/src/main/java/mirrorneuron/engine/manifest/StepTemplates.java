package mirrorneuron.engine.manifest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import mirrorneuron.api.AgentId;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.json.JsonString;
import mirrorneuron.engine.workflow.DynamicSpec;

/**
 * Kinds of steps that may be added while a job runs. Their agents have to be declared: what may run
 * is known before anything does.
 *
 * @see "manifest contract, section 4.5"
 */
final class StepTemplates {

    private static final List<String> NESTED =
            List.of("child_workflow", "child_workflows", "templates");

    /** A template before it is read. */
    private record Draft(StepDraft step, AgentId agent, JsonObject input) {}

    private final String scope;
    private final Set<String> ids;
    private final List<Draft> drafts;

    private StepTemplates(String scope, Set<String> ids, List<Draft> drafts) {
        this.scope = scope;
        this.ids = ids;
        this.drafts = drafts;
    }

    /**
     * Finds the templates and their agents.
     *
     * @param holder has {@code templates}
     * @param scope begins the codes of problems: {@code dynamic} or {@code child_workflow}
     * @param stepIds of the steps that are fixed, which no template may have
     * @param strict whether each has to say what runs it
     */
    static StepTemplates find(
            Fields holder, String scope, Set<String> stepIds, NodeDrafts nodes, boolean strict) {
        var templates = new StepTemplates(scope, new LinkedHashSet<>(), new ArrayList<>());
        for (var template : templates.written(holder)) {
            templates.draft(template, stepIds, nodes, strict);
        }
        if (templates.ids.isEmpty()) {
            holder.findings()
                    .error(
                            scope + ".templates_required",
                            holder.at("templates"),
                            "Expected templates of the steps that may be added, but found none",
                            "Add at least one, by its id.");
        }
        return templates;
    }

    boolean has(String id) {
        return ids.contains(id);
    }

    /** What is written of a template; empty when it could not be read. */
    Optional<StepDraft> find(String id) {
        return drafts.stream().map(Draft::step).filter(step -> step.id().equals(id)).findFirst();
    }

    /** What is written of the steps, by the agent that runs them. */
    void addTo(Map<AgentId, List<StepDraft>> byAgent) {
        for (var draft : drafts) {
            byAgent.computeIfAbsent(draft.agent(), _ -> new ArrayList<>(1)).add(draft.step());
        }
    }

    /** Reads their settings, by id. */
    Map<String, DynamicSpec.Template> read(StepReader reader) {
        var templates = new LinkedHashMap<String, DynamicSpec.Template>();
        for (var draft : drafts) {
            templates.put(
                    draft.step().id(),
                    new DynamicSpec.Template(
                            draft.step().id(),
                            reader.readTemplate(draft.step(), draft.agent()),
                            draft.agent(),
                            draft.input()));
        }
        return templates;
    }

    /** The templates as objects that have their ids: they stand in a list, or by id. */
    private List<Fields> written(Fields holder) {
        if (holder.value("templates") instanceof JsonArray) {
            return holder.objects(scope + ".template_invalid", "templates");
        }
        var byId = holder.fields(scope + ".template_invalid", "templates");
        var written = new ArrayList<Fields>();
        for (var id : byId.json().names()) {
            if (byId.value(id) instanceof JsonObject json) {
                written.add(
                        new Fields(
                                json.with("id", JsonString.of(id)),
                                byId.at(id),
                                holder.findings(),
                                Map.of("id", byId.at(id))));
            } else {
                byId.wrong(scope + ".template_invalid", "an object", id);
            }
        }
        return written;
    }

    private void draft(Fields template, Set<String> stepIds, NodeDrafts nodes, boolean strict) {
        var id = Identifiers.read(template, scope + ".template_id_invalid", "id");
        if (id.isEmpty()) {
            if (template.value("id").isNull()) {
                template.wrong(scope + ".template_id_invalid", Identifiers.EXPECTED, "id");
            }
            return;
        }
        if (stepIds.contains(id.get()) || !ids.add(id.get())) {
            template.findings()
                    .error(
                            scope + ".template_id_taken",
                            template.at("id"),
                            "Expected an id that no step and no other template has, but found "
                                    + id.get(),
                            "Rename the template.");
            return;
        }
        refuseNested(template);
        if (strict && template.value("run", "agent_id").isNull()) {
            template.findings()
                    .error(
                            scope + ".template_run_required",
                            template.at("run"),
                            "Expected template " + id.get() + " to say what runs it",
                            "Name a declared node in run.");
        }
        agent(template, id.get(), nodes)
                .ifPresent(
                        agent ->
                                drafts.add(
                                        new Draft(
                                                new StepDraft(
                                                        drafts.size(),
                                                        template.without("with").without("input"),
                                                        id.get(),
                                                        StepRun.read(template, id.get())),
                                                agent,
                                                template.object(
                                                        scope + ".template_invalid",
                                                        "with",
                                                        "input"))));
    }

    private void refuseNested(Fields template) {
        for (var name : NESTED) {
            if (template.has(name)) {
                template.findings()
                        .error(
                                scope + ".nested",
                                template.at(name),
                                "Expected a plain step, but found one that unfolds itself",
                                "Only a fixed step may unfold into others.");
            }
        }
    }

    private Optional<AgentId> agent(Fields template, String id, NodeDrafts nodes) {
        var agent =
                Stream.of("agent_id", "run")
                        .flatMap(name -> template.json().string(name).stream())
                        .map(String::strip)
                        .findFirst()
                        .or(() -> Optional.of(id))
                        .filter(nodes::has);
        if (agent.isEmpty()) {
            template.findings()
                    .wrong(
                            scope + ".template_agent_unknown",
                            template.at("agent_id", "run"),
                            template.value("agent_id", "run"),
                            "the node_id of a declared node",
                            "Declare the node: nothing that is unknown at submission may run.");
        }
        return agent.map(AgentId::of);
    }
}
