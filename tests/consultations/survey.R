# What R's survey says of its own `api` data: Rscript survey.R FOLDER writes data.csv, margins.csv and said.csv there.
# Schools stand for sheets, districts for sites. Six copies, each with districts of its own: an association asks for 1000.
suppressPackageStartupMessages(library(survey))
data(api)
folder <- commandArgs(trailingOnly = TRUE)[1]
written <- function(number) sprintf("%.17g", number)

sheets <- apiclus1[, c("stype", "sch.wide", "dnum", "api00", "enroll", "pw")]
sheets$pw <- sheets$pw * ifelse(sheets$stype == "E", 1, 1.5)  # equal weights would prove less
six <- do.call(rbind, lapply(0:5, function(copy) transform(sheets, dnum = dnum + 10000 * copy)))
margins <- rbind(
  data.frame(variable = "stype", category = c("E", "H", "M"), total = c(4421, 755, 1018)),
  data.frame(variable = "sch.wide", category = c("No", "Yes"), total = c(1072, 5122))
)
of <- function(name) setNames(data.frame(margins$category, margins$total)[margins$variable == name, ], c(name, "Freq"))

design <- svydesign(id = ~dnum, weights = ~pw, data = sheets)
mean <- svymean(~api00, design)
total <- svytotal(~enroll, design)
share <- svymean(~as.numeric(sch.wide == "Yes"), design, deff = "replace")
raked <- rake(design, list(~stype, ~sch.wide), list(of("stype"), of("sch.wide")),
              control = list(maxit = 1000, epsilon = 1e-11))
tested <- svychisq(~sch.wide + stype, svydesign(id = ~dnum, weights = ~pw, data = six))
ranks <- anova(lm(rank(floor(api00 / 100)) ~ stype, data = sheets))

said <- c(
  mean = coef(mean)[[1]], mean_error = SE(mean)[[1]], total = coef(total)[[1]], total_error = SE(total)[[1]],
  share = coef(share)[[1]], share_error = SE(share)[[1]], share_design = deff(share)[[1]],
  association = tested$p.value[[1]], ranks = ranks$`Pr(>F)`[[1]],
  setNames(qt(0.975, 1:58), paste0("t_", 1:58)),
  setNames(weights(raked), paste0("weight_", seq_len(nrow(sheets))))
)
write.csv(data.frame(name = names(said), value = written(said)), file.path(folder, "said.csv"), row.names = FALSE, quote = FALSE)
sheets$weight <- written(sheets$pw)
write.csv(sheets, file.path(folder, "data.csv"), row.names = FALSE, quote = FALSE)
write.csv(margins, file.path(folder, "margins.csv"), row.names = FALSE, quote = FALSE)
cat(R.version.string, "survey", as.character(packageVersion("survey")), "\n")
