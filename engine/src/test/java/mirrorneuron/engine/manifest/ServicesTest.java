package mirrorneuron.engine.manifest;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that a job or a node offers and needs. */
class ServicesTest extends LoaderSpec {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'services': []",
                "'services': {}",
                "'services': 'db'",
                "'services': {'name': 'db'}",
                "'services': [{'name': 'web', 'id': 'x', 'address': '127.0.0.1', 'port': '${env.MN_PORT_HTTP}', 'tags': ['t'], 'meta': {}, 'provider': 'mirror_neuron', 'origin': 'external'}]",
                "'services': [{'name': 'web', 'checks': [{'type': 'http', 'path': '/healthz', 'timeout_ms': 1, 'interval': '2s', 'expected_status': [200, '300..399'], 'method': 'GET'}]}]",
                "'services': [{'name': 'web', 'checks': [{'timeout': '500ms'}, {'type': 'grpc', 'service': 's'}, {'type': 'script', 'command': ['true', 'a;b']}, {'type': 'script', 'command': 'test -f x'}]}]",
                "'required_services': [{'name': 'db', 'required': false}]",
                "'requiredServices': ['db']"
            })
    void sound_services_are_read(String members) {
        givenTop("'type': 'service', " + members);

        thenLoadedBut("manifest.field_ignored");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    5                                                     | services.type                        |
                    ''                                                    | services.name_invalid                |
                    {'id': 'x'}                                            | services.name_required               | /name
                    {'name': 'a/b'}                                       | services.name_invalid                | /name
                    {'name': 'a', 'port': 0}                              | services.port_invalid                | /port
                    {'name': 'a', 'port': 'x'}                            | services.port_invalid                | /port
                    {'name': 'a', 'id': 5}                                | services.id_invalid                  | /id
                    {'name': 'a', 'address': 5}                           | services.address_invalid             | /address
                    {'name': 'a', 'tags': 'x'}                            | services.tags_type                   | /tags
                    {'name': 'a', 'meta': []}                             | services.meta_type                   | /meta
                    {'name': 'a', 'provider': 'consul'}                   | services.provider_unsupported        | /provider
                    {'name': 'a', 'origin': 'x'}                          | services.origin_unsupported          | /origin
                    {'name': 'a', 'checks': 5}                            | services.checks_type                 | /checks
                    {'name': 'a', 'checks': [{'type': 'icmp'}]}           | services.check_type_unsupported      | /checks/0/type
                    {'name': 'a', 'checks': [{'timeout_ms': 0}]}          | services.check_duration_invalid      | /checks/0/timeout_ms
                    {'name': 'a', 'checks': [{'interval': 'soon'}]}       | services.check_duration_invalid      | /checks/0/interval
                    {'name': 'a', 'checks': [{'required': 1}]}            | services.check_required_type         | /checks/0/required
                    {'name': 'a', 'checks': [{'failures_before_critical': 0}]} | services.check_failures_invalid | /checks/0/failures_before_critical
                    {'name': 'a', 'checks': [{'name': 5}]}                | services.check_name_invalid          | /checks/0/name
                    {'name': 'a', 'checks': [{'port': 0}]}                | services.port_invalid                | /checks/0/port
                    {'name': 'a', 'checks': [{'type': 'http', 'method': 'DELETE'}]} | services.check_method_unsupported | /checks/0/method
                    {'name': 'a', 'checks': [{'type': 'http', 'expected_status': 99}]} | services.check_status_invalid | /checks/0/expected_status
                    {'name': 'a', 'checks': [{'type': 'http', 'expected_status': '2xx'}]} | services.check_status_invalid | /checks/0/expected_status
                    {'name': 'a', 'checks': [{'type': 'http', 'scheme': 'ftp'}]} | services.check_scheme_unsupported | /checks/0/scheme
                    {'name': 'a', 'checks': [{'type': 'http', 'headers': []}]} | services.check_headers_type     | /checks/0/headers
                    {'name': 'a', 'checks': [{'type': 'script'}]}         | services.check_command_invalid       | /checks/0/command
                    {'name': 'a', 'checks': [{'type': 'script', 'command': 'a; b'}]} | services.check_command_invalid | /checks/0/command
                    {'name': 'a', 'checks': [{'type': 'script', 'command': 'a $(b)'}]} | services.check_command_invalid | /checks/0/command
                    {'name': 'a', 'checks': [{'type': 'script', 'command': ['']}]} | services.check_command_invalid | /checks/0/command
                    {'name': 'a', 'checks': [{'type': 'grpc', 'service': 5}]} | services.check_service_invalid   | /checks/0/service
                    """)
    void a_wrong_service_is_refused(String service, String code, String pointer) {
        givenTop("'services': " + service);

        thenRefused(code, "/manifest/services" + (pointer == null ? "" : pointer));
    }

    @Test
    void a_needed_service_may_be_optional_but_only_by_a_flag() {
        givenTop("'required_services': [{'name': 'db', 'required': 'no'}]");

        thenRefused("services.required_type", "/manifest/required_services/0/required");
    }

    @Test
    void nodes_have_services_too() {
        givenNode("'services': [{'name': ''}]");
        thenRefused("services.name_invalid", "/manifest/nodes/0/services/0/name");

        givenNode("'requiresServices': [5]");
        thenRefused("services.type", "/manifest/nodes/0/requiresServices/0");
    }
}
