package mirrorneuron.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Stdout, which remembers why it could not be written; a print stream alone only knows that. */
final class StandardOutput extends PrintStream {

    private final Noting noting;

    private StandardOutput(Noting noting) {
        super(noting, false, StandardCharsets.UTF_8);
        this.noting = noting;
    }

    static StandardOutput ofProcess() {
        return new StandardOutput(new Noting(new FileOutputStream(FileDescriptor.out)));
    }

    static StandardOutput to(OutputStream out) {
        return new StandardOutput(new Noting(out));
    }

    /**
     * Why something was lost; empty when nothing was, or when its reader had seen enough and went
     * away.
     */
    Optional<String> lost() {
        flush();
        var failure = noting.failure;
        if (failure == null) {
            return Optional.empty();
        }
        var why = String.valueOf(failure.getMessage());
        return why.equals("Broken pipe") ? Optional.empty() : Optional.of(why);
    }

    private static final class Noting extends OutputStream {

        private final OutputStream out;
        private @Nullable IOException failure;

        Noting(OutputStream out) {
            this.out = out;
        }

        private void noted(IOException broken) throws IOException {
            if (failure == null) {
                failure = broken;
            }
            throw broken;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException broken) {
                noted(broken);
            }
        }

        @Override
        public void flush() throws IOException {
            try {
                out.flush();
            } catch (IOException broken) {
                noted(broken);
            }
        }
    }
}
