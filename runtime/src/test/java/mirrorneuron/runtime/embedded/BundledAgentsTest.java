package mirrorneuron.runtime.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.MirrorNeuron;
import mirrorneuron.api.RunOutcome;
import mirrorneuron.api.Submission;
import mirrorneuron.api.SubmitOptions;
import mirrorneuron.api.WaitOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Java agents that a bundle brings: as a jar found by service loading, or as a source file. */
@Timeout(60)
class BundledAgentsTest {

    private static final String AGENT =
            """
            package greeting;

            import mirrorneuron.api.Message;
            import mirrorneuron.api.agent.*;
            import mirrorneuron.api.json.*;

            public final class Greeter implements Agent {
                @Override
                public AgentResult handle(Message message, JsonObject state, AgentContext context) {
                    return AgentResult.with(state)
                            .event("greeted", JsonObject.empty())
                            .completeRun(new JsonString("%s, " + message.bodyText()))
                            .build();
                }
            }
            """;

    private static final String FACTORY =
            """
            package greeting;

            import mirrorneuron.api.agent.*;

            public final class GreeterFactory implements AgentFactory {
                @Override
                public String module() {
                    return "greeting.Greeter";
                }

                @Override
                public Agent create() {
                    return new Greeter();
                }
            }
            """;

    @TempDir Path folder;

    private MirrorNeuron start(boolean sources) {
        return MirrorNeuron.embedded()
                .home(folder.resolve("home"))
                .allowModuleSource(sources)
                .start();
    }

    private byte[] jar(String greeting) throws IOException {
        var sources = Files.createDirectories(folder.resolve("src-" + greeting));
        var classes = Files.createDirectories(folder.resolve("classes-" + greeting));
        var agent = Files.writeString(sources.resolve("Greeter.java"), AGENT.formatted(greeting));
        var factory = Files.writeString(sources.resolve("GreeterFactory.java"), FACTORY);
        var exit =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-proc:none",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "-d",
                                classes.toString(),
                                agent.toString(),
                                factory.toString());
        assertThat(exit).isZero();
        var bytes = new ByteArrayOutputStream();
        try (var out = new ZipOutputStream(bytes)) {
            for (var name : List.of("Greeter", "GreeterFactory")) {
                out.putNextEntry(new ZipEntry("greeting/" + name + ".class"));
                out.write(Files.readAllBytes(classes.resolve("greeting/" + name + ".class")));
            }
            out.putNextEntry(new ZipEntry("META-INF/services/mirrorneuron.api.agent.AgentFactory"));
            out.write("greeting.GreeterFactory\n".getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }

    private static BundleSource withJar(byte[] jar) {
        return new BundleSource.Inline(
                Workflows.moduleManifest("greeting.Greeter", "\"world\""),
                Map.of("agents/greeter.jar", jar));
    }

    private static BundleSource withSource(String source) {
        return new BundleSource.Inline(
                Workflows.moduleManifest("greeting.Greeter", "\"world\"")
                        .replace(
                                "\"module\":\"greeting.Greeter\"",
                                "\"module\":\"greeting.Greeter\",\"module_source\":\"Greeter.java\""),
                Map.of("Greeter.java", source.getBytes(UTF_8)));
    }

    private static WaitOutcome run(MirrorNeuron mn, BundleSource bundle)
            throws InterruptedException {
        var outcome =
                mn.jobs().run(bundle, SubmitOptions.defaults().withTimeout(Duration.ofSeconds(30)));
        return ((RunOutcome.Ran) outcome).outcome();
    }

    private static String completed(WaitOutcome outcome) {
        assertThat(outcome).isInstanceOf(WaitOutcome.Completed.class);
        return ((WaitOutcome.Completed) outcome).result().toString();
    }

    @Test
    void an_agent_of_the_bundles_jar_is_found_by_its_module_name() throws Exception {
        try (var mn = start(false)) {
            assertThat(completed(run(mn, withJar(jar("Hello"))))).isEqualTo("\"Hello, world\"");
        }
    }

    @Test
    void two_bundles_may_bring_different_classes_of_the_same_name() throws Exception {
        try (var mn = start(false)) {
            assertThat(completed(run(mn, withJar(jar("Hello"))))).isEqualTo("\"Hello, world\"");
            assertThat(completed(run(mn, withJar(jar("Bonjour"))))).isEqualTo("\"Bonjour, world\"");
            assertThat(completed(run(mn, withJar(jar("Hello"))))).isEqualTo("\"Hello, world\"");
        }
    }

    @Test
    void a_jar_without_the_module_fails_the_job_and_says_where_was_looked() throws Exception {
        try (var mn = start(false)) {
            var other =
                    new BundleSource.Inline(
                            Workflows.moduleManifest("greeting.Absent", "1"),
                            Map.of("agents/greeter.jar", jar("Hello")));
            assertThat(run(mn, other))
                    .isInstanceOfSatisfying(
                            WaitOutcome.Failed.class,
                            failed ->
                                    assertThat(failed.failure().toJson().toString())
                                            .contains("greeting.Absent")
                                            .contains("greeting.Greeter"));
        }
    }

    @Test
    void a_broken_jar_fails_its_own_job_only() throws Exception {
        try (var mn = start(false)) {
            assertThat(run(mn, withJar("not a jar".getBytes(UTF_8))))
                    .isInstanceOf(WaitOutcome.Failed.class);
            assertThat(completed(run(mn, withJar(jar("Hello"))))).isEqualTo("\"Hello, world\"");
        }
    }

    @Test
    void a_source_file_is_refused_unless_the_switch_is_on() {
        try (var mn = start(false)) {
            assertThat(
                            mn.jobs()
                                    .submit(
                                            withSource(AGENT.formatted("Hi")),
                                            SubmitOptions.defaults()))
                    .isInstanceOfSatisfying(
                            Submission.Rejected.class,
                            rejected -> {
                                assertThat(rejected.reason())
                                        .isEqualTo(Submission.Rejected.Reason.REQUIREMENTS_NOT_MET);
                                assertThat(rejected.issues().getFirst().code())
                                        .isEqualTo("module.source_not_allowed");
                                assertThat(rejected.issues().getFirst().help().orElse(""))
                                        .contains("MN_ALLOW_MODULE_SOURCE");
                            });
        }
    }

    @Test
    void a_source_file_runs_when_the_switch_is_on() throws Exception {
        try (var mn = start(true)) {
            assertThat(completed(run(mn, withSource(AGENT.formatted("Hi")))))
                    .isEqualTo("\"Hi, world\"");
        }
    }

    @Test
    void a_source_file_that_does_not_compile_fails_its_job_with_the_compilers_words()
            throws Exception {
        try (var mn = start(true)) {
            assertThat(run(mn, withSource("class {")))
                    .isInstanceOfSatisfying(
                            WaitOutcome.Failed.class,
                            failed ->
                                    assertThat(failed.failure().toJson().toString())
                                            .contains("line 1"));
            assertThat(completed(run(mn, withSource(AGENT.formatted("Hi")))))
                    .isEqualTo("\"Hi, world\"");
        }
    }
}
