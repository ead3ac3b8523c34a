#include "sim/odeint.hpp"

// The checks of a debug build throw at matrices that are merely ill-conditioned.
#define BOOST_UBLAS_TYPE_CHECK 0
#include <algorithm>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/rosenbrock4.hpp>
#include <boost/numeric/odeint/stepper/rosenbrock4_controller.hpp>
#include <boost/numeric/odeint/stepper/rosenbrock4_dense_output.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "sim/error.hpp"

namespace cajal {

namespace {

namespace odeint = boost::numeric::odeint;
namespace ublas = boost::numeric::ublas;

/// A solution that blows up would shrink the step for ever: the evaluations of one integration are bounded.
constexpr std::size_t most_evaluations = 1000000;

void check_evaluations(std::size_t evaluations, const char* name) {
  if (evaluations > most_evaluations)
    throw NumericalError(std::string(name) + ": the step size collapses; the solution is not smooth here");
}

/// What the two methods share: `Dense` is a dense output stepper of Odeint, `Vector` its state.
template <class Dense, class Vector>
class DenseIntegrator : public AdaptiveIntegrator {
 public:
  void begin(const std::vector<double>& x, double t, double h) override {
    evaluations_ = 0;
    scratch_.resize(x.size());
    std::copy(x.begin(), x.end(), scratch_.begin());
    // Controllers remember errors of steps that belong to another solution.
    dense_.emplace(make());
    dense_->initialize(scratch_, t, h);
  }
  void step(double end) override {
    const double t = dense_->current_time();
    if (t + dense_->current_time_step() > end) {
      scratch_ = dense_->current_state();
      dense_->initialize(scratch_, t, end - t);
    }
    try {
      do_step(*dense_);
    } catch (const odeint::odeint_error& e) {
      throw NumericalError(name_ + ": " + e.what());
    }
    // Odeint takes a step whose error is NaN for a good one.
    for (const double v : dense_->current_state())
      if (!std::isfinite(v)) throw NumericalError(name_ + ": the solution is not finite");
  }
  double from() const override { return dense_->previous_time(); }
  double to() const override { return dense_->current_time(); }
  void at(double t, std::vector<double>& x) override {
    if (t == to()) {
      scratch_ = dense_->current_state();
    } else {
      scratch_.resize(dense_->current_state().size());
      dense_->calc_state(t, scratch_);
    }
    x.assign(scratch_.begin(), scratch_.end());
  }

 protected:
  explicit DenseIntegrator(const char* name) : name_(name) {}
  virtual Dense make() const = 0;
  virtual void do_step(Dense& dense) = 0;
  void count() { check_evaluations(++evaluations_, name_.c_str()); }

 private:
  std::string name_;
  std::optional<Dense> dense_;
  Vector scratch_;
  std::size_t evaluations_ = 0;
};

using State = std::vector<double>;
using DormandPrince = odeint::runge_kutta_dopri5<State>;
using DenseDormandPrince = odeint::result_of::make_dense_output<DormandPrince>::type;

class Dopri5 final : public DenseIntegrator<DenseDormandPrince, State> {
 public:
  Dopri5(Slopes slopes, const Tolerance& tolerance)
      : DenseIntegrator("dopri5"), slopes_(std::move(slopes)), tolerance_(tolerance) {}

 private:
  DenseDormandPrince make() const override {
    return odeint::make_dense_output(tolerance_.absolute, tolerance_.relative, DormandPrince());
  }
  void do_step(DenseDormandPrince& dense) override {
    dense.do_step([this](const State& x, State& slopes, double t) {
      count();
      slopes_(x, slopes, t);
    });
  }

  Slopes slopes_;
  Tolerance tolerance_;
};

using Column = ublas::vector<double>;
using Controller = odeint::rosenbrock4_controller<odeint::rosenbrock4<double>>;
using DenseRosenbrock = odeint::rosenbrock4_dense_output<Controller>;

class Rosenbrock4 final : public DenseIntegrator<DenseRosenbrock, Column> {
 public:
  Rosenbrock4(Slopes slopes, SlopeDerivatives derivatives, const Tolerance& tolerance)
      : DenseIntegrator("rosenbrock4"),
        slopes_(std::move(slopes)),
        derivatives_(std::move(derivatives)),
        tolerance_(tolerance) {}

 private:
  DenseRosenbrock make() const override {
    return DenseRosenbrock(Controller(tolerance_.absolute, tolerance_.relative));
  }
  void do_step(DenseRosenbrock& dense) override {
    const auto slopes = [this](const Column& x, Column& out, double t) {
      count();
      x_.assign(x.begin(), x.end());
      out_.resize(x_.size());
      slopes_(x_, out_, t);
      std::copy(out_.begin(), out_.end(), out.begin());
    };
    const auto derivatives = [this](const Column& x, ublas::matrix<double>& out, double, Column& by_time) {
      count();
      x_.assign(x.begin(), x.end());
      matrix_.resize(x_.size() * x_.size());
      derivatives_(x_, matrix_);
      for (std::size_t i = 0; i < x_.size(); ++i)
        for (std::size_t j = 0; j < x_.size(); ++j) out(i, j) = matrix_[i * x_.size() + j];
      std::fill(by_time.begin(), by_time.end(), 0.0);
    };
    dense.do_step(std::make_pair(slopes, derivatives));
  }

  Slopes slopes_;
  SlopeDerivatives derivatives_;
  Tolerance tolerance_;
  State x_, out_, matrix_;
};

}  // namespace

bool AdaptiveIntegrator::before(double end) const {
  return end - to() > 4 * std::numeric_limits<double>::epsilon() * std::fabs(end);
}

std::unique_ptr<AdaptiveIntegrator> make_dopri5(Slopes slopes, const Tolerance& tolerance) {
  return std::make_unique<Dopri5>(std::move(slopes), tolerance);
}

std::unique_ptr<AdaptiveIntegrator> make_rosenbrock4(Slopes slopes, SlopeDerivatives derivatives,
                                                     const Tolerance& tolerance) {
  return std::make_unique<Rosenbrock4>(std::move(slopes), std::move(derivatives), tolerance);
}

void integrate(AdaptiveIntegrator& integrator, std::vector<double>& x, double h) {
  integrator.begin(x, 0, h);
  while (integrator.before(h)) integrator.step(h);
  integrator.at(integrator.to(), x);
}

void integrate_dopri5(const Slopes& slopes, std::vector<double>& x, double h, double absolute, double relative) {
  integrate(*make_dopri5(slopes, {absolute, relative}), x, h);
}

}  // namespace cajal
