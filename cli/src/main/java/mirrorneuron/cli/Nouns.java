package mirrorneuron.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import mirrorneuron.cli.blueprint.BlueprintGraph;
import mirrorneuron.cli.blueprint.BlueprintInit;
import mirrorneuron.cli.blueprint.BlueprintRun;
import mirrorneuron.cli.blueprint.BlueprintValidate;
import mirrorneuron.cli.config.ConfigGet;
import mirrorneuron.cli.config.ConfigList;
import mirrorneuron.cli.config.ConfigPath;
import mirrorneuron.cli.config.ConfigSet;
import mirrorneuron.cli.config.ConfigUseContext;
import mirrorneuron.cli.help.Completion;
import mirrorneuron.cli.help.ManPage;
import mirrorneuron.cli.help.PowerShell;
import mirrorneuron.cli.job.JobAgents;
import mirrorneuron.cli.job.JobBackup;
import mirrorneuron.cli.job.JobCancel;
import mirrorneuron.cli.job.JobDeadLetters;
import mirrorneuron.cli.job.JobEvents;
import mirrorneuron.cli.job.JobExplain;
import mirrorneuron.cli.job.JobGraphCommand;
import mirrorneuron.cli.job.JobHuman;
import mirrorneuron.cli.job.JobList;
import mirrorneuron.cli.job.JobMonitor;
import mirrorneuron.cli.job.JobPause;
import mirrorneuron.cli.job.JobRestore;
import mirrorneuron.cli.job.JobResult;
import mirrorneuron.cli.job.JobResume;
import mirrorneuron.cli.job.JobRetry;
import mirrorneuron.cli.job.JobSend;
import mirrorneuron.cli.job.JobStatusCommand;
import mirrorneuron.cli.job.JobSteps;
import mirrorneuron.cli.job.JobSubmit;
import mirrorneuron.cli.job.JobSweep;
import mirrorneuron.cli.job.JobUnfinished;
import mirrorneuron.cli.job.JobWait;
import mirrorneuron.cli.node.NodeList;
import mirrorneuron.cli.node.NodeShow;
import mirrorneuron.cli.operation.OperationList;
import mirrorneuron.cli.operation.OperationShow;
import mirrorneuron.cli.operation.OperationWatch;
import mirrorneuron.cli.resource.ResourceList;
import mirrorneuron.cli.resource.ResourceSet;
import mirrorneuron.cli.run.RunCompare;
import mirrorneuron.cli.run.RunControl;
import mirrorneuron.cli.run.RunExport;
import mirrorneuron.cli.run.RunHuman;
import mirrorneuron.cli.run.RunList;
import mirrorneuron.cli.run.RunLogs;
import mirrorneuron.cli.run.RunRebuild;
import mirrorneuron.cli.run.RunResources;
import mirrorneuron.cli.run.RunResult;
import mirrorneuron.cli.run.RunStatus;
import mirrorneuron.cli.run.RunStream;
import mirrorneuron.cli.run.RunTail;
import mirrorneuron.cli.run.RunTimeline;
import mirrorneuron.cli.runtime.RuntimeDoctor;
import mirrorneuron.cli.runtime.RuntimeHealth;
import mirrorneuron.cli.runtime.RuntimeLogs;
import mirrorneuron.cli.runtime.RuntimeMetrics;
import mirrorneuron.cli.runtime.RuntimePorts;
import mirrorneuron.cli.runtime.RuntimeRestartSidecars;
import mirrorneuron.cli.runtime.RuntimeStart;
import mirrorneuron.cli.runtime.RuntimeStatus;
import mirrorneuron.cli.runtime.RuntimeStop;
import mirrorneuron.cli.runtime.RuntimeTop;
import mirrorneuron.cli.runtime.RuntimeUpdate;

/** The nouns of the command, and what makes the leaves below each. */
final class Nouns {

    /** A noun; its leaves are made when they are needed. */
    record Noun(String description, Map<String, Function<Surroundings, Leaf>> leaves) {}

    static final Map<String, Noun> ALL = nouns();

    private Nouns() {}

    /** Verbs by noun. */
    static Map<String, List<String>> words() {
        var words = new LinkedHashMap<String, List<String>>();
        ALL.forEach((noun, group) -> words.put(noun, List.copyOf(group.leaves().keySet())));
        return words;
    }

    private static Map<String, Noun> nouns() {
        var blueprint = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        blueprint.put("run", BlueprintRun::new);
        blueprint.put("validate", BlueprintValidate::new);
        blueprint.put("graph", BlueprintGraph::new);
        blueprint.put("init", BlueprintInit::new);
        blueprint.put("monitor", RunList::new);
        blueprint.put("tail", RunTail::new);
        blueprint.put("logs", RunLogs::new);
        blueprint.put("stream", RunStream::new);
        blueprint.put("resources", RunResources::new);
        blueprint.put("human", RunHuman::new);
        blueprint.put("compare", RunCompare::new);
        blueprint.put("export", RunExport::new);
        var job = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        job.put("list", JobList::new);
        job.put("submit", JobSubmit::new);
        job.put("unfinished", JobUnfinished::new);
        job.put("status", JobStatusCommand::new);
        job.put("monitor", JobMonitor::new);
        job.put("result", JobResult::new);
        job.put("explain", JobExplain::new);
        job.put("steps", JobSteps::new);
        job.put("human", JobHuman::new);
        job.put("agents", JobAgents::new);
        job.put("events", JobEvents::new);
        job.put("logs", RunLogs::new);
        job.put("timeline", RunTimeline::new);
        job.put("graph", JobGraphCommand::new);
        job.put("wait", JobWait::new);
        job.put("dead-letters", JobDeadLetters::new);
        job.put("send", JobSend::new);
        job.put("pause", JobPause::new);
        job.put("resume", JobResume::new);
        job.put("cancel", JobCancel::new);
        job.put("retry", JobRetry::new);
        job.put("cancel-all", JobSweep.CancelAll::new);
        job.put("clear", JobSweep.Clear::new);
        job.put("backup", JobBackup::new);
        job.put("restore", JobRestore::new);
        var node = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        node.put("list", NodeList::new);
        node.put("show", NodeShow::new);
        var run = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        run.put("list", RunList::new);
        run.put("status", RunStatus::new);
        run.put("show", RunStatus::new);
        run.put("watch", JobMonitor::new);
        run.put("result", RunResult::new);
        run.put("logs", RunLogs::new);
        run.put("timeline", RunTimeline::new);
        run.put("tail", RunTail::new);
        run.put("stream", RunStream::new);
        run.put("resources", RunResources::new);
        run.put("human", RunHuman::new);
        run.put("compare", RunCompare::new);
        run.put("export", RunExport::new);
        run.put("pause", RunControl.Pause::new);
        run.put("resume", RunControl.Resume::new);
        run.put("cancel", RunControl.Cancel::new);
        run.put("delete", RunControl.Delete::new);
        run.put("rebuild", RunRebuild::new);
        var operation = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        operation.put("list", OperationList::new);
        operation.put("status", OperationShow::new);
        operation.put("show", OperationShow::new);
        operation.put("watch", OperationWatch::new);
        var runtime = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        runtime.put("start", RuntimeStart::new);
        runtime.put("stop", RuntimeStop::new);
        runtime.put("status", RuntimeStatus::new);
        runtime.put("health", RuntimeHealth::new);
        runtime.put("doctor", RuntimeDoctor::new);
        runtime.put("metrics", RuntimeMetrics::new);
        runtime.put("logs", RuntimeLogs::new);
        runtime.put("top", RuntimeTop::new);
        runtime.put("restart-sidecars", RuntimeRestartSidecars::new);
        runtime.put("update", RuntimeUpdate::new);
        var resource = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        resource.put("list", ResourceList::new);
        resource.put("show", ResourceList::new);
        resource.put("ports", RuntimePorts::new);
        resource.put("set", ResourceSet::new);
        resource.put("usage", RuntimeMetrics::new);
        var config = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        config.put("list", ConfigList::new);
        config.put("get", ConfigGet::new);
        config.put("set", ConfigSet::new);
        config.put("use-context", ConfigUseContext::new);
        config.put("path", ConfigPath::new);
        var completion = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        completion.put(
                "bash", around -> new Completion.Bash(around, () -> CommandTree.full(around)));
        completion.put("zsh", around -> new Completion.Zsh(around, () -> CommandTree.full(around)));
        completion.put(
                "fish", around -> new Completion.Fish(around, () -> CommandTree.full(around)));
        completion.put(
                "powershell", around -> new PowerShell(around, () -> CommandTree.full(around)));
        var man = new LinkedHashMap<String, Function<Surroundings, Leaf>>();
        man.put("show", around -> new ManPage.Show(around, () -> CommandTree.full(around)));
        man.put("write", around -> new ManPage.Write(around, () -> CommandTree.full(around)));
        var nouns = new LinkedHashMap<String, Noun>();
        nouns.put(
                "blueprint",
                new Noun("Run and check workflows, and look at their runs.", blueprint));
        nouns.put("job", new Noun("Look at jobs and steer them.", job));
        nouns.put("run", new Noun("Look at runs and steer them.", run));
        nouns.put("node", new Noun("See what runs the work.", node));
        nouns.put("operation", new Noun("Look at what was done to many jobs.", operation));
        nouns.put("resource", new Noun("See and limit what jobs may use of a machine.", resource));
        nouns.put("runtime", new Noun("Run a home as a server.", runtime));
        nouns.put("config", new Noun("Keep connections and defaults in a file.", config));
        nouns.put("completion", new Noun("Complete commands in a shell.", completion));
        nouns.put("man", new Noun("Write pages for the manual.", man));
        return nouns;
    }
}
