#include "policy/planner.h"

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "policy/testing/exhaustive.h"
#include "policy/testing/problems.h"

namespace drover::policy {
namespace {

using testing::any_problem;

constexpr double kRelative = 1e-9;

using Rows = std::vector<std::vector<double>>;

// Power 1 kW and slots of an hour: grams are intensities.
Problem make_problem(const Rows& rows, std::size_t max_moves, std::optional<std::size_t> start) {
  Problem problem;
  for (const auto& row : rows) {
    auto& out = problem.intensity.emplace_back();
    for (const auto value : row) {
      out.emplace_back(value < 0 ? std::nullopt : std::optional(Intensity::grams_per_kwh(value)));
    }
  }
  problem.power = Power::watts(1000);
  problem.move_cost = {.duration = {}, .energy = {}};
  problem.max_moves = max_moves;
  problem.start = start;
  return problem;
}

bool no_more_than(Carbon a, Carbon b) {
  return a.grams() <= b.grams() * (1 + kRelative) + kRelative;
}

Carbon total(const Problem& problem) { return plan_schedule(problem)->total; }

std::size_t argmin(std::size_t zones, const std::function<double(std::size_t)>& value) {
  std::size_t best = 0;
  for (std::size_t zone = 1; zone < zones; ++zone) {
    best = value(zone) < value(best) ? zone : best;
  }
  return best;
}

double intensity(const Problem& problem, std::size_t zone, std::size_t slot) {
  return problem.intensity[zone][slot]->grams_per_kwh();
}

double sum(const Problem& problem, std::size_t zone) {
  double sum = 0;
  for (std::size_t slot = 0; slot < problem.intensity[zone].size(); ++slot) {
    sum += intensity(problem, zone, slot);
  }
  return sum;
}

// Every slot in the zone that is lowest then.
Zones greedy(const Problem& problem) {
  Zones zones;
  for (std::size_t slot = 0; slot < problem.intensity.front().size(); ++slot) {
    zones.emplace_back(argmin(problem.intensity.size(),
                              [&](auto zone) { return intensity(problem, zone, slot); }));
  }
  return zones;
}

RC_GTEST_PROP(Planner, EqualsExhaustiveEnumeration, ()) {
  const auto problem = *any_problem({.gaps = true});
  const auto planned = plan_schedule(problem);
  const auto best = testing::exhaustive_schedule(problem);
  if (!planned) {
    RC_ASSERT(planned.error().code == Code::kUnavailable);
    RC_ASSERT((!best || (problem.start && !is_candidate(problem, *problem.start))));
    return;
  }
  RC_ASSERT(best.has_value());
  RC_ASSERT(no_more_than(planned->total, best->total));
  RC_ASSERT(no_more_than(best->total, planned->total));
  RC_ASSERT(planned->moves <= problem.max_moves);
}

RC_GTEST_PROP(Planner, OfAJobEqualsExhaustiveEnumeration, ()) {
  const auto problem = *any_problem({.max_slots = 6, .gaps = true, .jobs = true});
  const auto planned = plan_schedule(problem);
  const auto best = testing::exhaustive_schedule(problem);
  if (!planned) {
    RC_ASSERT(planned.error().code == Code::kUnavailable);
    RC_ASSERT((!best || (problem.start && !is_candidate(problem, *problem.start))));
    return;
  }
  RC_ASSERT(best.has_value());
  RC_ASSERT(no_more_than(planned->total, best->total));
  RC_ASSERT(no_more_than(best->total, planned->total));
  RC_ASSERT(planned->moves <= problem.max_moves);
}

RC_GTEST_PROP(Planner, OfAJobTheTotalIsTheLeastOfAllFirstDecisions, ()) {
  const auto problem = *any_problem({.max_slots = 12, .jobs = true});
  const auto planned = plan_schedule(problem);
  if (!planned) {
    return;
  }
  auto least = planned->idle_first;
  for (const auto& first : planned->by_first_zone) {
    least = first && (!least || *first < *least) ? first : least;
  }
  RC_ASSERT(no_more_than(planned->total, *least));
  RC_ASSERT(no_more_than(*least, planned->total));
}

RC_GTEST_PROP(Planner, NeverRisesWithALaterDeadlineOrMoreWaiting, ()) {
  auto problem = *any_problem({.max_slots = 12, .max_moves = 4, .jobs = true});
  const auto before = plan_schedule(problem);
  if (!before) {
    return;
  }
  auto later = problem;
  for (auto& row : later.intensity) {
    row.emplace_back(Intensity::grams_per_kwh(*rc::gen::inRange(0, 700)));
  }
  if (problem.move_cost.duration <= problem.slot) {  // else a move could not have begun as late
    RC_ASSERT(no_more_than(total(later), before->total));
  }
  if (!problem.suspended && problem.max_wait > 0) {
    ++problem.max_wait;
    RC_ASSERT(no_more_than(total(problem), before->total));
  }
}

RC_GTEST_PROP(Planner, AccountingItsScheduleGivesItsTotal, ()) {
  const auto problem = *any_problem({.max_zones = 6, .max_slots = 48, .max_moves = 8});
  const auto planned = plan_schedule(problem);
  const auto accounted = account_schedule(problem, planned->zones);
  RC_ASSERT(accounted->total == planned->total);
  RC_ASSERT(accounted->moves == planned->moves);
  RC_ASSERT(accounted->moving == planned->moving);
}

RC_GTEST_PROP(Planner, TotalIsTheLeastOfAllFirstSteps, ()) {
  const auto problem = *any_problem({.max_zones = 6, .max_slots = 24, .max_moves = 5});
  const auto planned = plan_schedule(problem);
  for (const auto& first : planned->by_first_zone) {
    RC_ASSERT(no_more_than(planned->total, first.value_or(planned->total)));
  }
  RC_ASSERT(no_more_than(*planned->by_first_zone[*planned->zones.front()], planned->total));
}

RC_GTEST_PROP(Planner, EmitsNoMoreThanStayImmediateAverageAndGreedy, ()) {
  auto problem = *any_problem({.max_zones = 6, .max_slots = 48, .max_moves = 8});
  const auto zones = problem.intensity.size();
  const auto lowest_now = argmin(zones, [&](auto zone) { return intensity(problem, zone, 0); });
  const auto lowest_sum = argmin(zones, [&](auto zone) { return sum(problem, zone); });
  for (const auto& baseline :
       {constant_zones(problem, problem.start.value_or(0)), constant_zones(problem, lowest_now),
        constant_zones(problem, lowest_sum), greedy(problem)}) {
    const auto other = account_schedule(problem, baseline);
    problem.max_moves = std::max(problem.max_moves, other->moves);
    RC_ASSERT(no_more_than(total(problem), other->total));
  }
}

RC_GTEST_PROP(Planner, NeverRisesWithMoreMovesOrZones, ()) {
  auto problem = *any_problem({.max_zones = 6, .max_slots = 48, .max_moves = 8});
  const auto before = total(problem);
  auto richer = problem;
  ++richer.max_moves;
  RC_ASSERT(no_more_than(total(richer), before));
  auto wider = problem;
  wider.intensity.push_back(problem.intensity.front());
  std::ranges::reverse(wider.intensity.back());
  RC_ASSERT(no_more_than(total(wider), before));
}

RC_GTEST_PROP(Planner, NeverFallsWhenAMoveGetsDearerOrSlower, ()) {
  const auto problem = *any_problem({.max_zones = 6, .max_slots = 48, .max_moves = 8});
  auto dearer = problem;
  dearer.move_cost.energy += Energy::joules(*rc::gen::inRange(0, 10'000));
  dearer.move_cost.duration = std::max(dearer.move_cost.duration, dearer.slot);
  RC_ASSERT(no_more_than(total(problem), total(dearer)));
}

RC_GTEST_PROP(Planner, FreeMovesWithoutLimitReachTheHourlyMinimum, ()) {
  auto problem = *any_problem({.max_zones = 6, .max_slots = 48});
  problem.start.reset();
  problem.move_cost = {.duration = {}, .energy = {}};
  problem.max_moves = problem.intensity.front().size() - 1;
  const auto minimum = account_schedule(problem, greedy(problem))->total;
  RC_ASSERT(no_more_than(total(problem), minimum));
  RC_ASSERT(no_more_than(minimum, total(problem)));
}

RC_GTEST_PROP(Planner, WithoutMovesItStaysOrTakesTheBestSingleZone, ()) {
  auto problem = *any_problem({.max_zones = 6, .max_slots = 48});
  problem.max_moves = 0;
  problem.start.reset();
  const auto average = argmin(problem.intensity.size(), [&](auto z) { return sum(problem, z); });
  RC_ASSERT(no_more_than(total(problem),
                         account_schedule(problem, constant_zones(problem, average))->total));
  RC_ASSERT(plan_schedule(problem)->moves == 0U);
  problem.start = *rc::gen::inRange<std::size_t>(0, problem.intensity.size());
  RC_ASSERT(plan_schedule(problem)->zones == constant_zones(problem, *problem.start));
}

RC_GTEST_PROP(Planner, EqualZonesMeanNoMoves, ()) {
  auto problem = *any_problem({.max_zones = 6, .max_slots = 48, .max_moves = 8});
  std::ranges::fill(problem.intensity, std::vector(problem.intensity.front()));
  const auto schedule = plan_schedule(problem);
  RC_ASSERT(schedule->moves == 0U);
  RC_ASSERT(schedule->zones.front() == problem.start.value_or(0));
}

TEST(Planner, AMoveThatCostsMoreThanItSavesIsNotMade) {
  auto problem = make_problem({{100, 100}, {90, 90}}, 1, 0);
  EXPECT_EQ(plan_schedule(problem)->moves, 1U);
  problem.move_cost.duration = std::chrono::minutes{7};  // 7/60 h at 1 kW and 100 + 90 g: 22.2 g
  EXPECT_EQ(plan_schedule(problem)->moves, 0U);
  problem.move_cost.duration = std::chrono::minutes{6};  // 19 g against 20 g
  const auto schedule = plan_schedule(problem);
  EXPECT_EQ(schedule->zones, (Zones{1, 1}));
  EXPECT_NEAR(schedule->moving.grams(), 19, 1e-9);
  EXPECT_NEAR(schedule->total.grams(), 199, 1e-9);
}

TEST(Planner, EnergyOfAMoveIsChargedAtTheMeanOfBothIntensities) {
  auto problem = make_problem({{100}, {300}}, 1, 0);
  problem.move_cost.energy = Energy::kilowatt_hours(0.5);
  EXPECT_NEAR(move_carbon(problem, {.slot = 0, .from = 0, .to = 1}).grams(), 100, 1e-9);
  EXPECT_EQ(move_carbon(problem, {.slot = 0, .from = 1, .to = 1}).grams(), 0);
}

TEST(Planner, ChoosesTheHoursThatPayTheMostWhenMovesAreFew) {
  const auto problem = make_problem({{10, 10, 10, 10}, {9, 9, 1, 1}, {11, 11, 11, 0}}, 1, 0);
  EXPECT_EQ(plan_schedule(problem)->zones, (Zones{1, 1, 1, 1}));
}

TEST(Planner, AmongEqualSchedulesFewerMovesWinThenStayingThenTheLowestZone) {
  EXPECT_EQ(plan_schedule(make_problem({{5, 9}, {5, 1}, {5, 1}}, 2, 0))->zones, (Zones{0, 1}));
  EXPECT_EQ(plan_schedule(make_problem({{9, 9, 9}, {1, 1, 9}, {1, 1, 1}}, 2, 0))->zones,
            (Zones{2, 2, 2}));
}

TEST(Planner, AJobWaitsForCleanHours) {
  auto problem = make_problem({{90, 90, 10, 10, 90}, {80, 80, 20, 80, 80}}, 0, std::nullopt);
  problem.work = std::chrono::minutes{90};
  problem.max_wait = 3;
  const auto schedule = plan_schedule(problem);
  EXPECT_EQ(schedule->zones, (Zones{std::nullopt, std::nullopt, 0, 0}));
  EXPECT_NEAR(schedule->total.grams(), 15, 1e-9);  // the last slot counts by half
  EXPECT_NEAR(schedule->by_first_zone[1]->grams(), 120, 1e-9);
  problem.max_wait = 1;
  EXPECT_EQ(plan_schedule(problem)->zones, (Zones{std::nullopt, 1, 1}));
}

TEST(Planner, ASuspendedJobPaysForPausesAndMeetsItsDeadline) {
  auto problem = make_problem({{10, 90, 90, 10, 90}}, 0, 0);
  problem.work = std::chrono::hours{2};
  problem.pause = PauseCost{.suspend = Energy::kilowatt_hours(0.1), .resume = {}};
  const auto schedule = plan_schedule(problem);
  EXPECT_EQ(schedule->zones, (Zones{0, std::nullopt, std::nullopt, 0}));
  EXPECT_EQ(schedule->pauses, 1U);
  EXPECT_NEAR(schedule->pausing.grams(), 9, 1e-9);
  EXPECT_NEAR(schedule->total.grams(), 29, 1e-9);
  problem.pause->suspend = Energy::kilowatt_hours(1);  // 90 g: more than running through saves
  EXPECT_EQ(plan_schedule(problem)->zones, (Zones{0, 0}));
}

TEST(Planner, AMoveCostsAJobUsefulTime) {
  auto problem = make_problem({{100, 100, 100}, {40, 40, 40}}, 1, 0);
  problem.work = std::chrono::hours{2};
  problem.move_cost.downtime = std::chrono::minutes{30};
  const auto schedule = plan_schedule(problem);
  EXPECT_EQ(schedule->zones, (Zones{1, 1, 1}));
  EXPECT_NEAR(schedule->total.grams(), 100, 1e-9);
  problem.move_cost.downtime = std::chrono::minutes{61};  // would end after the deadline
  EXPECT_EQ(plan_schedule(problem)->zones, (Zones{0, 0}));
}

TEST(Planner, NothingIsDecidedBeforeALongMoveHasEnded) {
  auto problem = make_problem({{100, 100, 1, 100}, {50, 50, 50, 50}}, 3, 0);
  EXPECT_EQ(plan_schedule(problem)->zones, (Zones{1, 1, 0, 1}));
  problem.move_cost = {
      .duration = std::chrono::minutes{150}, .energy = {}, .at_source = 0, .at_destination = 0};
  EXPECT_EQ(plan_schedule(problem)->zones, (Zones{1, 1, 1, 1}));
  EXPECT_FALSE(account_schedule(problem, {1, 1, 0, 1}));
  EXPECT_FALSE(account_schedule(problem, {0, 0, 1, 1}));  // it would not end in time
}

TEST(Planner, ALongMoveIsPricedHourByHour) {
  auto problem = make_problem({{100, 200, 300}, {10, 20, 30}}, 1, 0);
  problem.move_cost = {.duration = std::chrono::minutes{90}, .energy = {}};
  const auto moving = move_carbon(problem, {.slot = 0, .from = 0, .to = 1});
  EXPECT_NEAR(moving.grams(), 100 + 200 / 2.0 + 10 + 20 / 2.0, 1e-9);
}

TEST(Planner, WhereHostsNeedLessPowerCleanerAirIsNotAll) {
  auto problem = make_problem({{100, 100}, {90, 90}}, 1, 0);
  problem.power_factor = {1, 1.2};
  EXPECT_EQ(plan_schedule(problem)->moves, 0U);
  problem.power_factor = {1, 1.1};
  EXPECT_EQ(plan_schedule(problem)->moves, 1U);
}

TEST(Planner, WorkThatDoesNotFitIsUnavailable) {
  auto problem = make_problem({{1, 1}}, 0, 0);
  problem.work = std::chrono::minutes{121};
  const auto schedule = plan_schedule(problem);
  ASSERT_FALSE(schedule);
  EXPECT_EQ(schedule.error().code, Code::kUnavailable);
  EXPECT_EQ(schedule.error().what, "7260 s of work do not fit into 2 slots of 3600 s");
}

TEST(Planner, AZoneWithAGapIsNoCandidate) {
  const auto schedule = plan_schedule(make_problem({{10, 10}, {1, -1}, {5, 5}}, 2, 0));
  EXPECT_EQ(schedule->zones, (Zones{2, 2}));
  EXPECT_FALSE(schedule->by_first_zone[1]);
}

TEST(Planner, AGapInTheStartZoneLeavesNothingToWeighAgainst) {
  const auto schedule = plan_schedule(make_problem({{10, -1}, {1, 1}}, 2, 0));
  ASSERT_FALSE(schedule);
  EXPECT_EQ(schedule.error().code, Code::kUnavailable);
}

TEST(Planner, MalformedProblemsAreErrors) {
  const auto code = [](const Problem& problem) { return plan_schedule(problem).error().code; };
  EXPECT_EQ(code(make_problem({}, 1, std::nullopt)), Code::kInvalid);
  EXPECT_EQ(code(make_problem({{}}, 1, std::nullopt)), Code::kInvalid);
  EXPECT_EQ(code(make_problem({{1, 2}, {1}}, 1, std::nullopt)), Code::kInvalid);
  EXPECT_EQ(code(make_problem({{1}}, 1, 1)), Code::kInvalid);
  auto negative = make_problem({{1}}, 1, 0);
  negative.intensity[0][0] = Intensity::grams_per_kwh(-1);
  EXPECT_EQ(code(negative), Code::kInvalid);
  EXPECT_FALSE(account_schedule(make_problem({{1, -1}}, 0, std::nullopt), {0, 0}));
  EXPECT_FALSE(account_schedule(make_problem({{1, 1}}, 0, std::nullopt), {0}));
}

}  // namespace
}  // namespace drover::policy
