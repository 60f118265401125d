package mirrorneuron.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Map;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.spi.EnvironmentFiles;
import mirrorneuron.api.spi.HomeFolder;
import mirrorneuron.api.spi.RunningServer;
import mirrorneuron.api.spi.ServerProvider;
import mirrorneuron.server.config.ConfigurationException;
import mirrorneuron.server.config.ServerSettings;
import mirrorneuron.server.log.ServerLog;

/** Makes a server of variables. */
public final class Provider implements ServerProvider {

    @Override
    public RunningServer start(Map<String, String> environment, Path folder) throws IOException {
        ServerSettings settings;
        try {
            settings =
                    ServerSettings.of(
                            EnvironmentFiles.merged(environment, folder.toAbsolutePath()),
                            Path.of(System.getProperty("user.home")));
        } catch (ConfigurationException | InvalidRequestException refused) {
            throw new InvalidRequestException(
                    ErrorCode.REQUEST_INVALID,
                    "Expected settings to start with, but " + refused.getMessage(),
                    refused);
        }
        var warnings = new ArrayList<String>();
        var log = ServerLog.takeOver(settings, InstantSource.system());
        try {
            HomeFolder.make(settings.home());
            log.open();
        } catch (IOException unwritable) {
            // A log that cannot be written is no reason to leave jobs standing.
            warnings.add("nothing can be logged: " + unwritable.getMessage());
        }
        return MnServer.start(settings, warnings);
    }
}
