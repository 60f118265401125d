package mirrorneuron.engine;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.security.SecureRandom;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine takes values and returns values. Each rule comes with a class of the test tree that
 * breaks it, because a rule that catches nothing proves nothing.
 */
class EnginePurityTest {

    private static final JavaClasses ENGINE =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("mirrorneuron.engine");

    private static final JavaClasses CANARIES =
            new ClassFileImporter().importPackages("mirrorneuron.engine.canary");

    record Rule(String canary, ArchRule rule) {
        @Override
        public String toString() {
            return rule.getDescription();
        }
    }

    static Stream<Rule> rules() {
        return Stream.of(
                new Rule(
                        "ReadsTheClock",
                        noClasses()
                                .should()
                                .callMethodWhere(
                                        target(owner(resideInAPackage("java.time..")))
                                                .and(target(nameMatching("now|tick.*|system.*"))))
                                .as("no clock is read: time comes in as an argument")),
                new Rule(
                        "MakesRandomIds",
                        noClasses()
                                .should()
                                .callMethodWhere(
                                        target(owner(name(UUID.class.getName())))
                                                .and(target(name("randomUUID"))))
                                .as("no id is made up: ids are derived from their causes")),
                new Rule(
                        "RollsDice",
                        noClasses()
                                .should()
                                .callConstructor(Random.class)
                                .orShould()
                                .dependOnClassesThat()
                                .belongToAnyOf(ThreadLocalRandom.class, SecureRandom.class)
                                .as("no chance without a seed")),
                new Rule(
                        "RollsDiceInMath",
                        noClasses().should().callMethod(Math.class, "random").as("no Math.random")),
                new Rule(
                        "StartsThreads",
                        noClasses()
                                .should()
                                .dependOnClassesThat()
                                .haveNameMatching("java\\.lang\\.(Thread.*|Process.*|Runtime)")
                                .as("no threads, no processes")),
                new Rule(
                        "WaitsForOthers",
                        noClasses()
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("java.util.concurrent..")
                                .as("nothing concurrent: one owner uses the engine")),
                new Rule(
                        "ReadsFiles",
                        noClasses()
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage(
                                        "java.nio.file..", "java.nio.channels..", "java.net..")
                                .orShould()
                                .dependOnClassesThat()
                                .haveNameMatching(
                                        "java\\.io\\.(File.*|RandomAccessFile|Console|PrintStream)")
                                .as("no files, no sockets")),
                new Rule(
                        "Logs",
                        noClasses()
                                .should()
                                .dependOnClassesThat()
                                .resideInAnyPackage("org.slf4j..", "java.util.logging..")
                                .orShould()
                                .dependOnClassesThat()
                                .haveNameMatching("java\\.lang\\.System\\$Logger.*")
                                .as("no logger")),
                new Rule(
                        "AsksTheSystem",
                        noClasses()
                                .should()
                                .accessClassesThat()
                                .belongToAnyOf(System.class)
                                .as("nothing of System")));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void the_engine_keeps_it(Rule rule) {
        rule.rule().check(ENGINE);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void its_canary_breaks_it(Rule rule) {
        var result = rule.rule().evaluate(CANARIES);
        assertThat(result.getFailureReport().getDetails())
                .isNotEmpty()
                .anyMatch(line -> line.contains(rule.canary() + "."));
    }

    @Test
    void every_canary_has_its_rule() {
        assertThat(rules().map(Rule::canary))
                .containsExactlyInAnyOrderElementsOf(
                        CANARIES.stream()
                                .map(canary -> canary.getSimpleName())
                                .filter(name -> !name.equals("package-info"))
                                .toList());
    }

    @Test
    void the_engine_was_looked_at() {
        assertThat(ENGINE.size()).isGreaterThan(50);
        assertThat(ENGINE).noneMatch(c -> c.getPackageName().endsWith(".canary"));
    }
}
