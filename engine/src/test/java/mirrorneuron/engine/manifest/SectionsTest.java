package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sections beside the graph: requirements, input validation, deployment, dependencies. */
class SectionsTest extends LoaderSpec {

    private Requirements requirements(String members) {
        givenTop("'type': 'service', 'requirements': {%s}".formatted(members));
        return Requirements.of(thenLoadedClean());
    }

    @Test
    void without_requirements_nothing_is_needed() {
        assertThat(requirements("")).isEqualTo(Requirements.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'memory': {'min_gb': 2}         | 2048
                    'memory': {'gb': 0.5}           | 512
                    'memory': {'min_mb': 100}       | 100
                    'memory': {'mb': 100}           | 100
                    'memory': {'min': 100}          | 100
                    'memory': {'min': '1GB'}        | 1024
                    'memory': '8GB'                 | 8192
                    'memory': '8 GiB'               | 8192
                    'memory': '512m'                | 512
                    'memory': '1024kb'              | 1
                    'memory': '1TB'                 | 1048576
                    'memory': '1048577b'            | 2
                    'memory': 300                   | 300
                    """)
    void sizes_have_many_spellings(String members, long mebibytes) {
        assertThat(requirements(members).memoryMbMin()).isEqualTo(OptionalLong.of(mebibytes));
    }

    @Test
    void a_common_misspelling_is_read() {
        givenTop("'type': 'service', 'requirments': {'disk': '1GB'}");

        assertThat(Requirements.of(thenLoadedClean()).diskMbMin()).hasValue(1_024);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'min_cores': 2.5}", "{'cores': 2.5}", "{'min': 2.5}", "2.5"})
    void cores_have_many_spellings(String cpu) {
        assertThat(requirements("'cpu': " + cpu).cpuCoresMin()).isEqualTo(OptionalDouble.of(2.5));
    }

    @Test
    void graphics_processors_may_be_required_hard() {
        var gpu =
                requirements(
                                """
                                'gpu': {'min_count': 2, 'vendor': 'nvidia', 'driver': '550',
                                  'min_memory_mb': 8000, 'memory_operator': '>',
                                  'enforcement': 'hard'}""")
                        .gpu()
                        .orElseThrow();

        assertThat(gpu)
                .isEqualTo(
                        new Requirements.Gpu(
                                2,
                                Optional.of("nvidia"),
                                Optional.of("550"),
                                OptionalLong.of(8_000),
                                ">",
                                Optional.of("hard")));
        assertThat(gpu.isHard()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'requirements': []                                | requirements.type               | requirements
                    'requirements': {'cpu': 'x'}                      | requirements.cpu                | requirements/cpu
                    'requirements': {'cpu': {'min_cores': -1}}        | requirements.cpu.min_cores      | requirements/cpu/min_cores
                    'requirements': {'memory': 'lots'}                | requirements.memory             | requirements/memory
                    'requirements': {'memory': {'min_gb': -1}}        | requirements.memory.min_gb      | requirements/memory/min_gb
                    'requirements': {'disk': {'mb': 'x'}}             | requirements.disk.mb            | requirements/disk/mb
                    'requirements': {'gpu': 'x'}                      | requirements.gpu                | requirements/gpu
                    'requirements': {'gpu': {'count': -1}}            | requirements.gpu.min_count      | requirements/gpu/count
                    'requirements': {'gpu': {'vendor': 5}}            | requirements.gpu.vendor         | requirements/gpu/vendor
                    'requirements': {'gpu': {'memory_operator': '<'}} | requirements.gpu.memory_operator | requirements/gpu/memory_operator
                    'input_validation': 5                             | input_validation.type           | input_validation
                    'inputValidation': {'rules': 5}                   | input_validation.rules_type     | inputValidation/rules
                    'input_validation': [5]                           | input_validation.rule_type      | input_validation/0
                    'input_validation': [{'type': 'command'}]         | input_validation.command_refused | input_validation/0/type
                    'input_validation': [{'type': 'x', 'path': 'p', 'pattern': 'x'}] | input_validation.type_unsupported | input_validation/0/type
                    'input_validation': [{'pattern': 'x'}]            | input_validation.path_required  | input_validation/0/path
                    'input_validation': [{'path': 'p', 'pattern': '('}] | input_validation.pattern_invalid | input_validation/0/pattern
                    'input_validation': [{'path': 'p', 'pattern': 'x', 'source': 'y'}] | input_validation.source_unsupported | input_validation/0/source
                    'input_validation': [{'path': 'p', 'pattern': 'x', 'required': 1}] | input_validation.required_type | input_validation/0/required
                    'deployment': []                                  | deployment.type                 | deployment
                    'deployment': {'key': ' '}                        | deployment.key_invalid          | deployment/key
                    'skill_dependencies': [5]                         | dependencies.type               | skill_dependencies/0
                    'skill_dependencies': [{'name': 'x', 'type': 'npm'}] | dependencies.type_unsupported | skill_dependencies/0/type
                    'agent_dependencies': [{'name': 'x', 'source': 'web'}] | dependencies.source_unsupported | agent_dependencies/0/source
                    'agent_dependencies': [{}]                        | dependencies.name_required      | agent_dependencies/0/name
                    'skill_dependencies': [{'name': 'x', 'version': 5}] | dependencies.version_invalid  | skill_dependencies/0/version
                    'skill_dependencies': [{'name': 'x', 'source': 'payload', 'path': 'agents/x'}] | dependencies.path_unsafe | skill_dependencies/0/path
                    'agent_dependencies': [{'name': 'x', 'source': 'payload', 'path': 'agents/../x'}] | dependencies.path_unsafe | agent_dependencies/0/path
                    'skill_dependencies': [{'name': 'x', 'source': 'payload', 'path': 'skills/x', 'format': 'zip'}] | dependencies.format_unsupported | skill_dependencies/0/format
                    'runtime': {'models': []}                         | models.type                     | runtime/models
                    'runtime': {'models': {'m': 5}}                   | models.type                     | runtime/models/m
                    'runtime': {'models': {'m': {'backend': 'x'}}}    | models.backend_unsupported      | runtime/models/m/backend
                    'runtime': {'models': {'m': {'context_size': 0}}} | models.context_size_invalid     | runtime/models/m/context_size
                    'runtime': {'models': {'m': {'required': 0}}}     | models.required_type            | runtime/models/m/required
                    'runtime': {'models': {'m': {'source': {'type': 'web'}}}} | models.source_type_unsupported | runtime/models/m/source/type
                    'runtime': {'models': {'m': {'source': {'path': '/x'}}}} | models.source_path_unsafe | runtime/models/m/source/path
                    'runtime': {'models': {'m': {'source': {'format': 'x'}}}} | models.source_format_unsupported | runtime/models/m/source/format
                    'runtime': {'models': {'m': {'source': {'digest': 'x'}}}} | models.source_digest_invalid | runtime/models/m/source/digest
                    'metadata': {'job_data': {'resources': [{'access': 'x'}]}} | metadata.job_data_access_unsupported | metadata/job_data/resources/0/access
                    'metadata': {'job_data': {'resources': [{'seed': '/etc'}]}} | metadata.job_data_seed_unsafe | metadata/job_data/resources/0/seed
                    """)
    void a_wrong_section_is_refused(String members, String code, String pointer) {
        givenTop(members);

        thenRefused(code, "/manifest/" + pointer);
    }

    @Test
    void sound_sections_are_read() {
        givenTop(
                """
                'type': 'service',
                'input_validation': {'rules': [{'type': 'pattern', 'input': 'a.b',
                  'pattern': '^[a-z]+$', 'message': 'm', 'help': 'h', 'required': false}]},
                'deployment': {'key': 'night-watch'},
                'skill_dependencies': [{'type': 'pip', 'source': 'payload', 'name': 'x',
                  'version': '1', 'path': 'skills/x', 'format': 'wheel'}],
                'agent_dependencies': [{'type': 'pip', 'source': 'gar', 'name': 'y'}],
                'runtime': {'models': {'m': {'provider': 'p', 'backend': 'vllm', 'source':
                  {'type': 'payload', 'path': 'models/m.gguf', 'format': 'gguf',
                   'digest': 'sha256:%s'}}}},
                'required_context_engine': true,
                'metadata': {'job_data': {'resources': [{'name': 'n', 'access': 'read_only',
                  'seed': '@/data/seed.json'}]}},
                'reload': {'mode': 'interval', 'interval_seconds': 5}"""
                        .formatted("ab".repeat(32)));

        thenLoadedBut("manifest.field_ignored");
    }

    @Test
    void dependencies_that_are_no_list_are_ignored_with_a_warning() {
        givenTop("'skill_dependencies': {}");

        thenWarned("dependencies.type", "/manifest/skill_dependencies");
    }

    @Test
    void a_requirement_that_nobody_reads_is_warned_about() {
        givenTop("'requirements': {'ram': '8GB'}");

        thenWarned("requirements.key_unknown", "/manifest/requirements/ram");
    }

    @Test
    void a_pattern_has_a_limit() {
        givenTop("'input_validation': [{'path': 'p', 'pattern': '" + "x".repeat(1_001) + "'}]");

        thenRefused("input_validation.pattern_invalid", "/manifest/input_validation/0/pattern");
    }
}
