package omasuunta.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Validates every PDF file of a directory against PDF/A-2a and PDF/UA-1, and says
 * in words what is wrong. It ends with 0 only if there was a file and nothing is
 * wrong with any.
 */
public final class Main {
    private static final List<PDFAFlavour> PROFILES = List.of(PDFAFlavour.PDFA_2_A, PDFAFlavour.PDFUA_1);

    public static void main(String[] args) throws IOException {
        if (args.length != 1) {
            System.err.println("Which directory? Name one.");
            System.exit(2);
        }
        LogManager.getLogManager().getLogger("").setLevel(Level.SEVERE);
        VeraGreenfieldFoundryProvider.initialise();
        List<Path> files;
        try (Stream<Path> found = Files.list(Path.of(args[0]))) {
            files = found.filter(f -> f.toString().endsWith(".pdf")).sorted().collect(Collectors.toList());
        }
        if (files.isEmpty()) {
            System.err.println("There is no PDF file in " + args[0] + ", so nothing was validated.");
            System.exit(2);
        }
        int failed = 0;
        for (Path file : files) {
            Set<String> problems = validate(file);
            if (!problems.isEmpty()) {
                failed++;
                System.out.println(file.getFileName() + ":");
                problems.forEach(problem -> System.out.println("  " + problem));
            }
        }
        System.out.printf("Validated against PDF/A-2a and PDF/UA-1: %d. Failed: %d.%n", files.size(), failed);
        System.exit(failed == 0 ? 0 : 1);
    }

    /** What is wrong with a file, once for each rule. */
    private static Set<String> validate(Path file) {
        Set<String> problems = new LinkedHashSet<>();
        for (PDFAFlavour profile : PROFILES) {
            try {
                problems.addAll(validate(file, profile));
            } catch (Exception e) {
                problems.add(name(profile) + ": can't be read: " + e);
            }
        }
        return problems;
    }

    private static List<String> validate(Path file, PDFAFlavour profile) throws Exception {
        List<String> problems = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file);
                PDFAParser parser = Foundries.defaultInstance().createParser(in, profile);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(profile, false)) {
            ValidationResult result = validator.validate(parser);
            Set<String> told = new LinkedHashSet<>();
            for (TestAssertion assertion : result.getTestAssertions()) {
                String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                if (assertion.getStatus() == TestAssertion.Status.FAILED && told.add(rule)) {
                    problems.add(name(profile) + " " + rule + ": " + assertion.getMessage()
                            + " (first at " + assertion.getLocation().getContext() + ")");
                }
            }
            if (!result.isCompliant() && problems.isEmpty()) {
                problems.add(name(profile) + ": doesn't conform, without a reason given");
            }
        }
        return problems;
    }

    private static String name(PDFAFlavour profile) {
        return profile == PDFAFlavour.PDFUA_1 ? "PDF/UA-1" : "PDF/A-2a";
    }
}
