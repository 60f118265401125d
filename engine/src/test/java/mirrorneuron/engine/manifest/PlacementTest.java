package mirrorneuron.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a node needs from its machine. */
class PlacementTest extends LoaderSpec {

    @Test
    void a_full_list_of_resources_is_kept_as_written() {
        givenNode(
                """
                'resources': {'cpu_cores': 0.5, 'cpu': 500, 'memory': '8GB', 'disk_gb': 1, 'gpus': 1,
                  'devices': [{'type': 'nvidia/gpu', 'count': 1, 'min_memory_mb': 8000,
                    'memory_operator': '>=', 'capabilities': ['cuda'], 'ids': [0]}],
                  'ports': [{'label': 'http', 'port': 'auto', 'protocol': 'http'},
                    {'label': 'raw', 'port': '9000'}],
                  'volumes': [{'name': 'data', 'source': '/srv/data', 'target': '/data',
                    'mode': 'rw', 'type': 'host'}], 'runtime_driver': 'host_local'}""");

        thenLoadedBut("node.resources.not_reserved", "node.resources.ports.not_chosen");
        assertThat(thenNode().resources().number("cpu_cores")).isPresent();
    }

    @Test
    void the_configuration_may_hold_them() {
        givenConfig("router", "'resources': {'memory_mb': 256}, 'constraints': ['gpu']");

        assertThat(thenNode().resources().integer("memory_mb")).hasValue(256);
        thenLoadedBut("node.resources.not_reserved", "node.field_ignored");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'cpu_cores': -1                        | cpu_cores                        | cpu_cores
                    'memory': 'much'                       | memory                           | memory
                    'disk_mb': []                          | disk_mb                          | disk_mb
                    'gpu': -1                              | gpu                              | gpu
                    'runtime_driver': ''                   | runtime_driver                   | runtime_driver
                    'devices': [5]                         | devices                          | devices/0
                    'devices': [{'count': 0}]              | devices.count                    | devices/0/count
                    'devices': [{'min_memory_mb': -1}]     | devices.min_memory_mb            | devices/0/min_memory_mb
                    'devices': [{'memory_operator': '<'}]  | devices.memory_operator          | devices/0/memory_operator
                    'devices': [{'api_version_operator': 5}] | devices.api_version_operator   | devices/0/api_version_operator
                    'devices': [{'capabilities': 'x'}]     | devices.capabilities             | devices/0/capabilities
                    'devices': [{'ids': 'x'}]              | devices.ids                      | devices/0/ids
                    'ports': [{'port': 80}]                | ports.label_required             | ports/0/label
                    'ports': [{'label': 'a', 'port': 80}, {'label': 'a', 'port': 81}] | ports.label_duplicate | ports/1/label
                    'ports': [{'label': 'a'}]              | ports.port                       | ports/0/port
                    'ports': [{'label': 'a', 'port': 70000}] | ports.port                     | ports/0/port
                    'ports': [{'label': 'a', 'port': 'any'}] | ports.port                     | ports/0/port
                    'ports': [{'label': 'a', 'port': 80, 'protocol': 'smtp'}] | ports.protocol | ports/0/protocol
                    'volumes': [{'source': '/a', 'target': '/b'}] | volumes.name_required     | volumes/0/name
                    'volumes': [{'name': 'v', 'source': '/a', 'target': '/b'}, {'name': 'v', 'source': '/a', 'target': '/b'}] | volumes.name_duplicate | volumes/1/name
                    'volumes': [{'name': 'v', 'source': 'a', 'target': '/b'}] | volumes.source | volumes/0/source
                    'volumes': [{'name': 'v', 'source': '/a/../b', 'target': '/b'}] | volumes.source | volumes/0/source
                    'volumes': [{'name': 'v', 'source': '/a', 'target': 'b'}] | volumes.target | volumes/0/target
                    'volumes': [{'name': 'v', 'source': '/a', 'target': '/b', 'mode': 'x'}] | volumes.mode | volumes/0/mode
                    'volumes': [{'name': 'v', 'source': '/a', 'target': '/b', 'type': 'nfs'}] | volumes.type | volumes/0/type
                    """)
    void a_wrong_resource_is_refused(String members, String code, String pointer) {
        givenNode("'resources': {%s}".formatted(members));

        thenRefused("node.resources." + code, "/manifest/nodes/0/resources/" + pointer);
    }

    @Test
    void a_resource_that_nobody_reads_is_warned_about() {
        givenNode("'resources': {'cpus': 2}");

        thenWarned("node.resources.key_unknown", "/manifest/nodes/0/resources/cpus");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "['gpu', 'ssd']",
                "[{'attribute': 'os', 'value': 'linux'}]",
                "{'l_target': 'arch', 'operand': 'is', 'r_target': 'amd64'}",
                "[{'target': 'role', 'operator': 'not_exists'}]"
            })
    void constraints_are_texts_and_comparisons(String constraints) {
        givenNode("'constraints': " + constraints);

        thenLoadedBut("node.field_ignored");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    [5]                                    | node.constraints_type      | /0
                    ['']                                   | node.constraints_type      | /0
                    [{'value': 1}]                         | node.constraints.attribute | /0/attribute
                    [{'attribute': 5}]                     | node.constraints.attribute | /0/attribute
                    {'attribute': 'os', 'operator': 5}     | node.constraints.operator  | /operator
                    """)
    void a_wrong_constraint_is_refused(String constraints, String code, String pointer) {
        givenNode("'constraints': " + constraints);

        thenRefused(code, "/manifest/nodes/0/constraints" + pointer);
    }

    @Test
    void an_operator_that_never_matches_is_warned_about() {
        givenNode("'constraints': [{'attribute': 'os', 'operator': 'like'}]");

        thenWarned("node.constraints.operator_unknown", "/manifest/nodes/0/constraints/0/operator");
    }
}
