package mirrorneuron.cli;

import java.nio.file.Path;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.api.SubmissionRejectedException;
import mirrorneuron.api.json.JsonObject;
import mirrorneuron.api.spi.ServerEndpoint;
import mirrorneuron.cli.home.Connection;
import mirrorneuron.cli.home.HomeServer;

/** What the command makes of each way in which the runtime says no: the one table of this edge. */
final class FailureTable {

    private FailureTable() {}

    /** The command's word for an error of the runtime. */
    static String code(ErrorCode code) {
        return switch (code) {
            case REQUEST_INVALID,
                    REQUEST_NOT_JSON,
                    REQUEST_EMPTY,
                    REQUEST_TOO_LARGE,
                    CONTENT_LENGTH_INVALID,
                    RANGE_NOT_SATISFIABLE,
                    PATH_UNSAFE,
                    BUNDLE_UNKNOWN,
                    MANIFEST_INVALID,
                    INPUT_INVALID,
                    BUNDLE_INVALID,
                    BACKUP_INVALID,
                    MESSAGE_INVALID,
                    MESSAGE_TOO_LARGE,
                    INVALID_ID,
                    INVALID_QUERY,
                    VALIDATION_FAILED ->
                    "MN_VALIDATION_FAILED";
            case JOB_NOT_FOUND,
                    AGENT_NOT_FOUND,
                    DEAD_LETTER_NOT_FOUND,
                    BUNDLE_NOT_FOUND,
                    OPERATION_NOT_FOUND,
                    GATE_NOT_FOUND,
                    RUN_NOT_FOUND,
                    RESULT_NOT_FOUND,
                    ARTIFACT_NOT_FOUND,
                    OUTPUT_NOT_FOUND,
                    VIDEO_NOT_FOUND,
                    HUMAN_REQUEST_NOT_FOUND,
                    HUMAN_NOTICE_NOT_FOUND,
                    ROUTE_NOT_FOUND ->
                    "MN_NOT_FOUND";
            case REQUIREMENTS_NOT_MET,
                    CONFLICT,
                    JOB_TERMINAL,
                    JOB_NOT_RUNNING,
                    NOT_REPLAYABLE,
                    ALREADY_RESPONDED ->
                    "MN_PRECONDITION_FAILED";
            case MESSAGE_ID_CONFLICT, DUPLICATE_REQUEST, RUN_EXISTS -> "MN_COMMAND_FAILED";
            case BACKPRESSURE, RESOURCE_OVERLOADED -> "MN_RESOURCE_OVERLOADED";
            case HOME_IN_USE -> "MN_HOME_IN_USE";
            case STORE_UNAVAILABLE,
                    STORE_STALE_EPOCH,
                    STORE_DAMAGED,
                    STORE_VERSION,
                    RUNTIME_UNAVAILABLE,
                    SERVER_STOPPING ->
                    "MN_RUNTIME_UNAVAILABLE";
            case CALL_TIMEOUT, REQUEST_TIMEOUT -> "MN_RUNTIME_TIMEOUT";
            case NOT_AUTHORIZED, PERMISSION_DENIED -> "MN_PERMISSION_DENIED";
            case UNSUPPORTED, METHOD_NOT_ALLOWED -> "MN_COMMAND_FAILED";
            case INTERNAL -> "MN_EXECUTION_FAILED";
        };
    }

    private static String hint(ErrorCode code) {
        return switch (code) {
            case REQUEST_INVALID,
                    REQUEST_NOT_JSON,
                    REQUEST_EMPTY,
                    REQUEST_TOO_LARGE,
                    CONTENT_LENGTH_INVALID,
                    RANGE_NOT_SATISFIABLE,
                    PATH_UNSAFE,
                    MESSAGE_INVALID,
                    MESSAGE_TOO_LARGE,
                    INVALID_ID,
                    INVALID_QUERY,
                    VALIDATION_FAILED ->
                    "";
            case MESSAGE_ID_CONFLICT -> "choose another --message-id";
            case INPUT_INVALID -> "mn blueprint validate FOLDER shows the inputs that it takes";
            case MANIFEST_INVALID, BUNDLE_INVALID ->
                    "mn blueprint validate FOLDER lists every problem";
            case BUNDLE_UNKNOWN, BUNDLE_NOT_FOUND ->
                    "upload the bundle again; one that no job uses is removed after a while";
            case BACKUP_INVALID -> "nothing was restored; use an archive that mn job backup wrote";
            case JOB_NOT_FOUND -> "mn job list shows the jobs of this home";
            case AGENT_NOT_FOUND -> "mn job agents JOB shows the agents of a job";
            case DEAD_LETTER_NOT_FOUND -> "mn job dead-letters JOB shows them with their index";
            case OPERATION_NOT_FOUND -> "the last 256 operations are kept";
            case GATE_NOT_FOUND -> "mn job human JOB shows what waits for a person";
            case REQUIREMENTS_NOT_MET -> "mn node list shows what this machine offers";
            case CONFLICT, JOB_TERMINAL, JOB_NOT_RUNNING ->
                    "mn job status JOB shows where the job stands";
            case NOT_REPLAYABLE -> "--force replays a dead letter a second time";
            case RUN_NOT_FOUND, RESULT_NOT_FOUND, ARTIFACT_NOT_FOUND, OUTPUT_NOT_FOUND ->
                    "mn run list shows the runs of this home";
            case VIDEO_NOT_FOUND -> "ui.json of the run names its video";
            case HUMAN_REQUEST_NOT_FOUND, HUMAN_NOTICE_NOT_FOUND, ALREADY_RESPONDED ->
                    "mn job human JOB shows what waits for a person";
            case RUN_EXISTS -> "choose another run id, or none";
            case PERMISSION_DENIED -> "only files of the run itself are opened";
            case DUPLICATE_REQUEST -> "use a new key, or the content of the first request";
            case BACKPRESSURE, RESOURCE_OVERLOADED, SERVER_STOPPING -> "try again in a moment";
            case HOME_IN_USE ->
                    "wait for that process or end it, or choose another home with --home or MN_HOME";
            case STORE_UNAVAILABLE, RUNTIME_UNAVAILABLE ->
                    "check that the home folder exists, is writable and has free space";
            case STORE_STALE_EPOCH -> "another process took the home over; start the command again";
            case STORE_DAMAGED ->
                    "copy the home before anything else; the message says what is readable";
            case STORE_VERSION -> "use the release that wrote this home, or a newer one";
            case CALL_TIMEOUT, REQUEST_TIMEOUT -> "try again; reading commands are safe to repeat";
            case NOT_AUTHORIZED -> "check the token";
            case ROUTE_NOT_FOUND, METHOD_NOT_ALLOWED ->
                    "the server may be of another release; mn runtime status shows its version";
            case UNSUPPORTED -> "";
            case INTERNAL -> "the log file has the details; please report it";
        };
    }

    /**
     * @param home that of the command, whose server may be what is in the way
     * @param server the one that was asked; empty when the home was opened instead
     */
    static CommandFailure of(
            MirrorNeuronException exception, Path home, Optional<Connection> server) {
        var code = exception.code();
        if (code == ErrorCode.HOME_IN_USE) {
            var holder = HomeServer.of(home).running();
            if (holder.isPresent()) {
                return heldBy(holder.get(), home).causedBy(exception);
            }
        }
        var failure =
                CommandFailure.of(
                        code(code),
                        ExitCode.of(code.exitCode()),
                        sentence(exception, server),
                        server.flatMap(asked -> hint(code, asked)).orElseGet(() -> hint(code)));
        if (exception instanceof SubmissionRejectedException rejected) {
            failure = Issues.attach(failure, rejected.rejection().issues());
        }
        return failure.causedBy(exception);
    }

    /** What happened, and where: a server that could not be asked is named. */
    private static String sentence(MirrorNeuronException exception, Optional<Connection> server) {
        var message = Optional.ofNullable(exception.getMessage()).orElse(exception.code().code());
        var target = server.map(Connection::target).orElse("");
        boolean asked =
                exception.code() == ErrorCode.RUNTIME_UNAVAILABLE
                        || exception.code() == ErrorCode.CALL_TIMEOUT;
        return !asked || target.isEmpty() || message.contains(target)
                ? message
                : message + " (" + target + ")";
    }

    /** Where another server, or none, is the way out. */
    private static Optional<String> hint(ErrorCode code, Connection asked) {
        return switch (code) {
            case RUNTIME_UNAVAILABLE ->
                    Optional.of(
                            "nothing usable answers at "
                                    + asked.target()
                                    + "; mn runtime start starts a server, mn runtime health looks"
                                    + " at one");
            case CALL_TIMEOUT ->
                    Optional.of(
                            asked.target()
                                    + " did not answer in time; --timeout or MN_GRPC_TIMEOUT_SECONDS"
                                    + " gives it longer, mn runtime health looks at it");
            case NOT_AUTHORIZED ->
                    Optional.of("--token-file or MN_GRPC_AUTH_TOKEN_FILE names the server's token");
            default -> Optional.empty();
        };
    }

    private static CommandFailure heldBy(ServerEndpoint server, Path home) {
        return CommandFailure.of(
                        code(ErrorCode.HOME_IN_USE),
                        ExitCode.of(ErrorCode.HOME_IN_USE.exitCode()),
                        "Expected to open the home "
                                + home
                                + ", but the server "
                                + server.url()
                                + " (process "
                                + server.pid()
                                + ") has it open",
                        "ask the server, as in curl -s "
                                + server.url()
                                + "/jobs, or end it first with mn runtime stop")
                .with(JsonObject.of("endpoint", server.toJson()));
    }
}
