// Ask veraPDF of each PDF whether it is PDF/A-3b and PDF/UA-1; one line a file and standard, then each rule broken.
// Started by bench.validate from its source; needs a JDK, veraPDF and JAXB on the class path.

import java.io.FileInputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

public class Validate {
    public static void main(String[] paths) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (String path : paths) {
            for (String standard : List.of("3b", "ua1")) {
                PDFAFlavour flavour = PDFAFlavour.fromString(standard);
                try (PDFAParser parser = Foundries.defaultInstance().createParser(new FileInputStream(path), flavour)) {
                    PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false);
                    report(path, standard, validator.validate(parser));
                }
            }
        }
    }

    private static void report(String path, String standard, ValidationResult result) {
        String verdict = result.isCompliant() ? "ok" : "broken";
        System.out.println(String.join("\t", verdict, standard, path, String.valueOf(result.getTotalAssertions())));
        Map<String, Integer> broken = new TreeMap<>();
        for (TestAssertion assertion : result.getTestAssertions()) {
            if (assertion.getStatus() != TestAssertion.Status.PASSED) {
                String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
                broken.merge(rule + " " + assertion.getMessage(), 1, Integer::sum);
            }
        }
        broken.forEach((rule, count) -> System.out.println(String.join("\t", "rule", standard, path, count + " × " + rule)));
    }
}
