package mirrorneuron.engine.manifest;

/** Checks that an author wrote everything that a submission has a default for. */
final class StrictFields {

    private StrictFields() {}

    static void ofWorkflow(Fields top) {}

    static void ofSource(Fields top) {}

    static void ofExecutable(Fields top) {}
}
