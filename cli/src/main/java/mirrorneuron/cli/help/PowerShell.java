package mirrorneuron.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import mirrorneuron.cli.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** For PowerShell. */
@Command(
        name = "powershell",
        description = "Write completion for PowerShell, with ids of jobs and runs from the home.",
        footer = {"", "Example:", "  mn completion powershell | Out-String | Invoke-Expression"})
public final class PowerShell extends Completion {

    public PowerShell(Surroundings surroundings, Supplier<CommandLine> tree) {
        super(surroundings, tree);
    }

    @Override
    List<String> script() {
        var lines = new ArrayList<String>();
        lines.add("# Completion of mn for PowerShell.");
        lines.add("Register-ArgumentCompleter -Native -CommandName mn -ScriptBlock {");
        lines.add("    param($word, $line, $cursor)");
        lines.add("    $words = @($line.CommandElements | ForEach-Object { $_.ToString() })");
        lines.add("    # How many words stand behind mn and before the one that is completed.");
        lines.add("    $before = $words.Count - 1");
        lines.add("    if ($word) { $before-- }");
        lines.add("    $found = @()");
        lines.add("    if ($before -eq 0) {");
        lines.add("        $found = '" + String.join(" ", verbs().keySet()) + " help'.Split(' ')");
        lines.add("    } elseif ($before -eq 1) {");
        lines.add("        $verbs = @{");
        table(lines, verbs());
        lines.add("        }");
        lines.add("        $found = \"$($verbs[$words[1]])\".Split(' ')");
        lines.add("    } elseif ($word -like '-*') {");
        lines.add("        $options = @{");
        table(lines, options());
        lines.add("        }");
        lines.add("        $found = \"$($options[\"$($words[1]) $($words[2])\"])\".Split(' ')");
        lines.add("    } else {");
        lines.add("        $noun = @{");
        IDS.forEach((noun, of) -> lines.add("            '" + noun + "' = '" + of + "'"));
        lines.add("        }[$words[1]]");
        lines.add("        $kept = $global:MnIds");
        lines.add("        if ($noun) {");
        lines.add(
                "            if (-not $kept -or $kept.Of -ne $noun -or ((Get-Date) - $kept.At).TotalSeconds -ge 2) {");
        lines.add(
                "                $kept = @{ Of = $noun; At = (Get-Date); Ids = @(mn $noun "
                        + LIST
                        + " 2>$null) }");
        lines.add("                $global:MnIds = $kept");
        lines.add("            }");
        lines.add("            $found = $kept.Ids");
        lines.add("        }");
        lines.add("    }");
        lines.add("    $found | Where-Object { $_ -and $_ -like \"$word*\" } | ForEach-Object {");
        lines.add(
                "        [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)");
        lines.add("    }");
        lines.add("}");
        return lines;
    }

    private static void table(List<String> lines, Map<String, List<String>> words) {
        words.forEach(
                (before, after) ->
                        lines.add(
                                "            '"
                                        + before
                                        + "' = '"
                                        + String.join(" ", after)
                                        + "'"));
    }
}
