#include "learning/plasticity/catalogue.hpp"
#include "sim/config/text.hpp"
#include "tests/app/bad_inputs.hpp"
#include "tests/catch.hpp"

namespace cajal::app {

namespace {

std::vector<BadInput> inputs() {
  return {
      {"an unknown loss", changed(learning, {{"cross_entropy", "cros_entropy"}}),
       R"(a.toml:7:27: error: learn.bp.loss: unknown name "cros_entropy"; did you mean `cross_entropy`? allowed here: cross_entropy, binary_cross_entropy, mse, mae, huber, hinge)"},
      {"no loss", changed(learning, {{R"(loss = "cross_entropy", )", ""}}),
       R"(a.toml:7:1: error: learn.bp: missing key `loss`: one of cross_entropy, binary_cross_entropy, mse, mae, huber, hinge)"},
      {"an unknown optimizer", changed(learning, {{R"("adam")", R"("adma")"}}),
       R"(a.toml:7:65: error: learn.bp.optimizer.kind: unknown name "adma"; did you mean `adam`? allowed here: adam, adamw, amsgrad, nadam, adamax, rmsprop, adagrad, adadelta, sgd, momentum, gd)"},
      {"an unknown key of an optimizer", changed(learning, {{"rate = 1e-3", "rat = 1e-3"}}),
       R"(a.toml:7:80: error: learn.bp.optimizer.rat: unknown key `rat`; did you mean `rate`? allowed here: kind, rate, betas, eps, weight_decay)"},
      {"a text for a number", changed(learning, {{"rate = 1e-3", R"(rate = "fast")"}}),
       R"(a.toml:7:80: error: learn.bp.optimizer.rate: expected a plain number, found "fast")"},
      {"an unknown rule of learning", changed(learning, {{R"("backprop")", R"("backpropp")"}}),
       R"(a.toml:7:8: error: learn.bp.rule: unknown name "backpropp"; did you mean `backprop`? allowed here: backprop, )" +
           config::listed(process_names())},
      {"an unknown key of a process", changed(learning, {{"batch = 8", "bacth = 8"}}),
       R"(a.toml:7:95: error: learn.bp.bacth: unknown key `bacth`; did you mean `batch`? allowed here: rule, feedback, on, loss, of, show, target, over_time, optimizer, schedule, l1, l2, clip, batch, epochs, stop, keep, monitor)"},
      {"an unknown node of the loss", changed(learning, {{"batch = 8", R"(batch = 8, of = "ot")"}}),
       R"(a.toml:7:106: error: learn.bp.of: no node "ot"; did you mean `out`? there are: input, hid, out)"},
      {"an unknown edge to train", changed(learning, {{"batch = 8", R"(batch = 8, on = "edge.hdi")"}}),
       R"(a.toml:7:106: error: learn.bp.on: nothing is called "edge.hdi"; did you mean `edge.hid`? there are: edge.hid, edge.out, rest)"},
      {"class weights of too few classes",
       changed(learning,
               {{R"(loss = "cross_entropy")", R"(loss = { kind = "cross_entropy", class_weights = [1, 2] })"}}),
       R"(a.toml:7:60: error: learn.bp.loss.class_weights: 2 numbers, but the data have 10 classes)"},
      {"a norm and a value to clip at once",
       changed(learning, {{"batch = 8", "batch = 8, clip = { norm = 1.0, value = 0.5 }"}}),
       R"(a.toml:7:106: error: learn.bp.clip: expected either a norm or a value, like { norm = 1.0 } or { value = 0.5 })"},
      {"a monitor that nothing looks at", changed(learning, {{"batch = 8", R"(batch = 8, monitor = "loss")"}}),
       R"(a.toml:7:106: error: learn.bp.monitor: nothing looks at it: it is for `stop = { patience = ... }`, `keep = "best"` and the schedule "plateau")"},
      {"patience without validation data",
       changed(learning, {{"samples = 60", "samples = 60, split = { train = 0.5, test = 0.5 }"},
                          {"batch = 8", "batch = 8, stop = { patience = 3 }"}}),
       R"(a.toml:7:1: error: learn.bp: validation_loss is looked at, but there are no validation data: see `split` in [data], or write monitor = "loss")"},
      {"one output for ten classes",
       changed(learning, {{"units = 10", "units = 1"}, {"cross_entropy", "binary_cross_entropy"}}),
       R"(a.toml:4:35: error: node.out.size: "out" has 1 units, but the data have 10 classes)"},
      {"no epochs", changed(learning, {{", epochs = 1", ""}}),
       R"(a.toml:7:1: error: learn.bp: missing key `epochs`: a whole number between 0 and 1000000000)"},
      {"a text for a whole number", changed(learning, {{"epochs = 1", R"(epochs = "one")"}}),
       R"(a.toml:7:106: error: learn.bp.epochs: expected a whole number between 0 and 1000000000, found "one")"},
      {"a batch of nothing", changed(learning, {{"batch = 8", "batch = 0"}}),
       R"(a.toml:7:95: error: learn.bp.batch: expected a whole number between 1 and 1000000, found 0)"},
      {"a second gradient", learning + R"(bp2 = { rule = "backprop", loss = "mse", optimizer = "adam", epochs = 1 }
)",
       R"(a.toml:8:1: error: learn.bp2: edge.hid is also changed by another process of [learn]; take it out of one of them
a.toml:8:1: error: learn.bp2: edge.out is also changed by another process of [learn]; take it out of one of them)"},
      {"units that are not the classes", changed(learning, {{"units = 10", "units = 7"}}),
       R"(a.toml:4:35: error: node.out.size: "out" has 7 units, but the data have 10 classes)"},
      {"a layer without units", changed(learning, {{", units = 8", ""}}),
       R"(a.toml:3:3: error: layers[0]: missing key `units`: a whole number of at least 1)"},
      {"an unknown layer", changed(learning, {{R"("dense", units = 8)", R"("dens", units = 8)"}}),
       R"(a.toml:3:19: error: layers[0].kind: unknown kind of layer "dens"; did you mean `dense`? allowed here: flatten, ...)"},
      {"an unknown activation", changed(learning, {{R"("relu")", R"("rel")"}}),
       R"(a.toml:3:46: error: node.hid.kind: unknown kind "rel"; did you mean `relu`? allowed here: lif, adex, izhikevich, ...)"},
      {"a softmax as activation", changed(learning, {{"units = 10", R"(units = 10, activation = "softmax")"}}),
       R"(a.toml:4:47: error: node.out.kind: the softmax belongs to the loss: "cross_entropy" takes logits; leave it out, or write "linear")"},
      {"a softmax as layer",
       changed(learning, {{R"({ name = "out", kind = "dense", units = 10 },)", R"({ kind = "dense", units = 10 },
  { name = "out", kind = "softmax" },)"}}),
       R"(a.toml:5:19: error: node.out.kind: the softmax belongs to the loss: "cross_entropy" takes logits; leave it out, or write "linear")"},
      {"a softmax that is passed on to the loss",
       changed(learning, {{R"({ name = "out", kind = "dense", units = 10 },)",
                           R"({ kind = "dense", units = 10, activation = "softmax" },
  { name = "out", kind = "linear" },)"}}),
       R"(a.toml:4:33: error: node.layer2.kind: the softmax belongs to the loss: "cross_entropy" takes logits; leave it out, or write "linear")"},
      {"an initial weight that is unknown", changed(learning, {{"units = 10", R"(units = 10, init = "glorot")"}}),
       R"(a.toml:4:47: error: edge.out.init: unknown name "glorot"; allowed here: kaiming_uniform, glorot_uniform, glorot_normal, he_uniform, he_normal, lecun_normal, orthogonal, ones, zeros)"},
      {"initial weights from no file", changed(learning, {{"units = 10", R"(units = 10, init = { npy = "no.npy" })"}}),
       R"(a.toml:4:47: error: edge.out.init: no.npy: cannot be opened: No such file or directory)"},
      {"data without learning",
       changed(learning, {{R"([learn]
bp = { rule = "backprop", loss = "cross_entropy", optimizer = { kind = "adam", rate = 1e-3 }, batch = 8, epochs = 1 }
)",
                           ""}}),
       R"(a.toml:1:1: error: nothing learns: write [learn], like learn.bp = { rule = "backprop", ... }, or `classical`; to simulate without learning leave out `data`)"},
      {"an unknown data set", changed(learning, {{R"("digits")", R"("digts")"}}),
       R"(a.toml:1:10: error: data.source: unknown name "digts"; did you mean `digits`? allowed here: digits)"},
      {"an unknown key of the data", changed(learning, {{"samples = 60", "samlpes = 60"}}),
       R"(a.toml:1:29: error: data.samlpes: unknown key `samlpes`; did you mean `samples`? allowed here: source, samples, noise, distortion, split, limit, balance)"},
      {"an unknown augmentation", "augment = { flipp = true }\n" + learning,
       R"(a.toml:1:13: error: augment.flipp: unknown key `flipp`; did you mean `flip`? allowed here: rotate, zoom, flip, shift, erase, noise)"},
      {"a shift of what is no image",
       "augment = { shift = 2 }\n" +
           changed(learning, {{R"("digits", samples = 60)", "{ random = [60, 8], classes = 10 }"}}),
       R"(a.toml:1:1: error: augment: flip, rotate, zoom, shift and erase change images, of shape [height, width] or [channels, height, width]; the samples have shape [8])"},
      {"classes to balance that are none",
       changed(learning, {{R"("digits", samples = 60)", R"({ random = [60, 8] }, balance = "oversample")"}}),
       R"(a.toml:1:41: error: data.balance: random: has no class for each sample: there is nothing to balance)"},
      {"a split above the whole",
       changed(learning, {{"samples = 60", "samples = 60, split = { train = 0.9, test = 0.3 }"}}),
       R"(a.toml:1:43: error: data.split: the fractions of the parts sum to 1.2, allowed is at most 1)"},
      {"a test part that is not given",
       changed(learning, {{"samples = 60", R"(samples = 60, split = { test = "given" })"}}),
       R"(a.toml:1:43: error: data.split: digits: gives no test part; say which fraction to draw, as in test = 0.1)"},
      {"too few samples to split", changed(learning, {{"samples = 60", "samples = 5"}}),
       R"(a.toml:1:1: error: data: digits: the test part would be empty: a fraction of 0.1 of 5 samples)"},
      {"a file that is not there", changed(learning, {{R"("digits", samples = 60)", R"({ csv = "nowhere.csv" })"}}),
       R"(a.toml:1:10: error: data.source: nowhere.csv: no such file or folder; looked for nowhere.csv, nowhere.csv; --data names the folder of datasets)"},
      {"a record of a learner", learning + R"([record]
r = { of = "hid" }
)",
       R"(a.toml:8:2: error: record: is for simulations; the result of a learner holds its activity, predictions and weights)"},
      {"a measure of simulations", learning + R"([measure]
correlation = {}
)",
       R"(a.toml:9:1: error: measure.correlation: "correlation" is no measure of a learner; allowed here: accuracy, confusion, precision, recall, f1, auc, balanced_accuracy, error_per_class, r2, rmse, mae, rates, sparsity, operations, saliency, permutation_importance, hidden_pca, generated, sample_efficiency, continual, learning_speed, robustness, latency, footprint, membrane_updates, neuron_updates, energy, isi, fano, synchrony, cka, rsa, participation_ratio, treves_rolls, selectivity, noise_correlation, weights, connection_sparsity)"},
      {"the same robustness twice", learning + R"([measure]
a = { kind = "robustness", to = "unit_lesion" }
b = { kind = "robustness", to = "unit_lesion", levels = [0.5] }
)",
       R"(a.toml:10:1: error: measure.b: robustness to unit_lesion is measured twice)"},
      {"a level that cannot be", learning + R"([measure]
a = { kind = "robustness", to = "unit_lesion", levels = [0, 1.5] }
)",
       R"(a.toml:9:48: error: measure.a.levels: 1.5 is no level of "unit_lesion": share of the units, between 0 and 1)"},
      {"a duration beside data", learning + R"([run]
duration = "1 s"
)",
       R"(a.toml:9:1: error: run.duration: is for simulations; with data the phases say how long a run is)"},
      {"a trial between two steps", learning + R"([trial]
show = "2.5 ms"
)",
       R"(a.toml:9:1: error: trial.show: show and rest are 2.5 ms together, no multiple of dt = 1 ms)"},
      {"a trial beyond all", learning + R"([trial]
show = "1e300 ms"
)",
       R"(a.toml:9:1: error: trial.show: a trial of 1e+300 steps of 1 ms; at most 1e+07 are supported)"},
      {"a gradient across trials", learning + R"([trial]
show = "2 ms"
reset = "none"
)",
       R"(a.toml:10:1: error: trial.reset: a gradient goes back to the start of a trial and no further: each must start anew)"},
      {"an answer of an unknown node", learning + R"([predict]
of = "ot"
)",
       R"(a.toml:9:1: error: predict.of: no node "ot"; did you mean `out`? there are: input, hid, out)"},
      {"a value for classes", learning + R"([predict]
kind = "value"
)",
       R"(a.toml:9:1: error: predict.kind: the answers are classes: "value" is for numbers)"},
      {"a phase that learns from test data", learning + R"([[phase]]
name = "a"
split = "test"
learn = "bp"
)",
       R"(a.toml:11:1: error: phase[0].learn: nothing may learn from test data; write `learn = []`)"},
      {"a phase of an unknown process", learning + R"([[phase]]
name = "a"
learn = "pb"
)",
       R"(a.toml:10:1: error: phase[0].learn: no process "pb" in [learn]; did you mean `bp`? there are: bp)"},
      {"two phases of one name", learning + R"([[phase]]
name = "a"
[[phase]]
name = "a"
)",
       R"(a.toml:11:1: error: phase[1].name: a second phase "a": results are filed under the name)"},
      {"epochs where nothing learns", learning + R"([[phase]]
name = "a"
learn = []
epochs = 3
)",
       R"(a.toml:11:1: error: phase[0].epochs: nothing learns in this phase: its samples are shown once)"},
      {"a phase without data",
       changed(learning, {{"samples = 60", "samples = 60, split = { train = 0.9, validation = 0, test = 0.1 }"}}) +
           R"([[phase]]
name = "a"
split = "validation"
)",
       R"(a.toml:10:1: error: phase[0].split: there are no validation data: see `split` in [data])"},
      {"a fit without assignment", learning + R"([[phase]]
name = "a"
learn = []
fit = "predict"
)",
       R"(a.toml:11:1: error: phase[0].fit: only `predict = { kind = "assigned_rate" }` has something to fit)"},
      {"assignment without a phase that fits", spiking + R"([[phase]]
name = "train"
[[phase]]
name = "test"
split = "test"
)",
       R"(a.toml:11:3: error: phase: `assigned_rate` needs a phase with `fit = "predict"`, in which units are assigned to classes)"},
      {"a fit on test data", spiking + R"([[phase]]
name = "train"
[[phase]]
name = "test"
split = "test"
fit = "predict"
)",
       R"(a.toml:16:1: error: phase[1].fit: labels of test data may not be used)"},
      {"a retry of unknown nodes",
       changed(spiking,
               {{R"("5 ms")", R"("5 ms", retry = { fewer = 5, spikes = "EE", add = { "node.Y.gain" = 1 } })"}}),
       R"(a.toml:2:47: error: trial.retry.spikes: no node "EE"; did you mean `E`? there are: X, E
a.toml:2:62: error: trial.retry.add: no node "Y"; there are: X, E)"},
      {"a retry that raises no gain",
       changed(spiking, {{R"("5 ms")", R"("5 ms", retry = { fewer = 5, spikes = "E", add = { "node.E.gain" = 1 } })"}}),
       R"(a.toml:2:61: error: trial.retry.add: "E" (lif) has no gain; nodes of kind "data" have)"},
      {"a rule and a gradient on one edge",
       changed(spiking, {{R"(kind = "assigned_rate")", R"(kind = "max_sum")"}, {"size = 5", "size = 10"}}) +
           R"(bp = { rule = "backprop", on = "edge.XE", of = "E", loss = "cross_entropy", optimizer = "adam", epochs = 1 }
)",
       R"(a.toml:11:27: error: learn.bp.on: edge.XE is also changed by another process of [learn]; take it out of one of them)"},
      {"an unknown encoding", changed(spiking, {{R"(encode = "poisson")", R"(encode = "poison")"}}),
       R"(a.toml:5:22: error: node.X.encode: unknown encoding "poison"; did you mean `poisson`? allowed here: current, sequence, poisson, latency)"},
      {"both rates of an encoding",
       changed(spiking, {{R"(encode = "poisson")", R"(encode = { kind = "poisson", max = "1 Hz", total = "2 Hz" })"}}),
       R"(a.toml:5:65: error: node.X.encode.total: either `max`, the rate of a unit whose value is 1, or `total`, that of all units together)"},
      {"a data node of another size", changed(spiking, {{R"(kind = "data")", R"(kind = "data", size = 5)"}}),
       R"(a.toml:5:22: error: node.X.size: the data have 784 values a sample, not 5)"},
      {"a comparison of a seed twice",
       changed(comparison, {{"[learner.a]", "compare = { seeds = [1, 1] }\n[learner.a]"}}),
       R"(a.toml:2:13: error: compare.seeds: names seed 1 twice)"},
      {"seeds that are not whole", changed(comparison, {{"[learner.a]", "compare = { seeds = [1.5] }\n[learner.a]"}}),
       R"(a.toml:2:13: error: compare.seeds: expected whole numbers from 0 to 9007199254740992, found 1.5)"},
      {"seeds without end", changed(comparison, {{"[learner.a]", "compare = { seeds = [1e300] }\n[learner.a]"}}),
       R"(a.toml:2:13: error: compare.seeds: expected whole numbers from 0 to 9007199254740992, found 1e+300)"},
      {"an unknown variation", changed(comparison, {{"[learner.a]", R"(compare = { vary = ["inti"] }
[learner.a])"}}),
       R"(a.toml:2:13: error: compare.vary: unknown name "inti"; did you mean `init`? allowed here: init, order (weights; order of samples, and noise))"},
      {"an unknown key of a comparison",
       changed(comparison, {{"[learner.a]", "compare = { sedes = [1] }\n[learner.a]"}}),
       R"(a.toml:2:13: error: compare.sedes: unknown key `sedes`; did you mean `seeds`? allowed here: seeds, vary, match, learners, budget, within)"},
      {"data of one learner", comparison + R"(data = { source = "digits" }
)",
       R"(a.toml:5:1: error: learner.a.data: is one for all learners of a comparison: it stands at the root)"},
      {"a seed of one learner", comparison + R"(run = { seed = 3 }
)",
       R"(a.toml:5:9: error: learner.a.run.seed: is one for all learners of a comparison: it stands at the root)"},
      {"a node beside learners", changed(comparison, {{"[learner.a]", R"(node.x = { kind = "relu", size = 3 }
[learner.a])"}}),
       R"(a.toml:2:1: error: node: stands beside [learner], where each learner has its own: move it into one, or take [learner] away)"},
      {"learners that are none",
       changed(comparison, {{R"([learner.a]
layers = [ { name = "out", kind = "dense", units = 10 } ]
learn.bp = { rule = "backprop", loss = "cross_entropy", optimizer = "adam", epochs = 1 }
)",
                             "[learner]\n"}}),
       R"(a.toml:2:2: error: learner: there is no learner in it, like [learner.mlp])"},
      {"an error of a learner, once for all seeds",
       changed(comparison, {{"[learner.a]", "compare = { seeds = [1, 2] }\n[learner.a]"}, {"units = 10", "units = 7"}}),
       R"(a.toml:4:44: error: learner.a.node.out.size: "out" has 7 units, but the data have 10 classes)"},
      {"compare without learners", learning + R"([compare]
seeds = [1, 2]
)",
       R"(a.toml:8:2: error: compare: there is nothing to compare: no [learner])"},
  };
}

}  // namespace

TEST_CASE("learning that cannot be is refused where it is wrong") {
  for (const BadInput& input : inputs()) check_refused(input);
}

}  // namespace cajal::app
