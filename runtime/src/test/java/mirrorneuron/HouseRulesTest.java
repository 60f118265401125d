package mirrorneuron;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.stream.Stream;
import mirrorneuron.api.canary.ApiOnEngine;
import mirrorneuron.api.canary.ApiOnLibrary;
import mirrorneuron.engine.canary.EngineOnStore;
import mirrorneuron.runtime.canary.RuntimeOnRocks;
import mirrorneuron.runtime.canary.util.Anything;
import mirrorneuron.store.canary.StoreOnRuntime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The folders are the architecture. The compiler sees that a module uses only what is on its path;
 * this sees the rest, and that the path itself is right. Each rule comes with a class of the test
 * tree that breaks it.
 */
class HouseRulesTest {

    private static final JavaClasses PRODUCT =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages(
                            "mirrorneuron.api",
                            "mirrorneuron.engine",
                            "mirrorneuron.store",
                            "mirrorneuron.runtime");

    record Rule(Class<?> canary, ArchRule rule) {
        @Override
        public String toString() {
            return rule.getDescription();
        }
    }

    static Stream<Rule> rules() {
        return Stream.of(
                new Rule(ApiOnEngine.class, oneWay("api", "engine", "store", "runtime")),
                new Rule(EngineOnStore.class, oneWay("engine", "store", "runtime")),
                new Rule(StoreOnRuntime.class, oneWay("store", "runtime")),
                new Rule(
                        ApiOnLibrary.class,
                        classes()
                                .that()
                                .resideInAPackage("mirrorneuron.api..")
                                .should()
                                .onlyDependOnClassesThat()
                                // Nullness annotations are compiled in, and needed by nobody.
                                .resideInAnyPackage(
                                        "java..", "mirrorneuron.api..", "org.jspecify..")
                                .as("the api needs nothing but the JDK")),
                new Rule(
                        RuntimeOnRocks.class,
                        noClasses()
                                .that()
                                .resideOutsideOfPackage("mirrorneuron.store.rocksdb..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("org.rocksdb..")
                                .as("only store.rocksdb sees the database")),
                new Rule(
                        Anything.class,
                        noClasses()
                                .should()
                                .resideInAnyPackage(
                                        "..util..",
                                        "..impl..",
                                        "..model..",
                                        "..service..",
                                        "..manager..")
                                .as("packages are concepts")),
                new Rule(
                        Anything.class,
                        classes()
                                .should(openWithAParagraph())
                                .as("every package says what it is about")));
    }

    private static ArchRule oneWay(String from, String... beyond) {
        var forbidden = new String[beyond.length];
        for (int i = 0; i < beyond.length; i++) {
            forbidden[i] = "mirrorneuron." + beyond[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage("mirrorneuron." + from + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden)
                .as(from + " knows nobody who uses it");
    }

    private static ArchCondition<JavaClass> openWithAParagraph() {
        return new ArchCondition<>("live in a package with package-info") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (type.getPackage().tryGetPackageInfo().isEmpty()) {
                    events.add(
                            SimpleConditionEvent.violated(
                                    type, type.getPackageName() + " has no package-info"));
                }
            }
        };
    }

    @ParameterizedTest
    @MethodSource("rules")
    void the_product_keeps_it(Rule rule) {
        rule.rule().check(PRODUCT);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void its_canary_breaks_it(Rule rule) {
        var canary = new ClassFileImporter().importClasses(rule.canary());
        assertThat(rule.rule().evaluate(canary).hasViolation()).isTrue();
    }

    @Test
    void all_four_modules_were_looked_at() {
        for (var module : new String[] {"api", "engine", "store", "runtime"}) {
            assertThat(PRODUCT.stream())
                    .as(module)
                    .filteredOn(c -> c.getPackageName().startsWith("mirrorneuron." + module))
                    .hasSizeGreaterThan(10);
        }
    }
}
