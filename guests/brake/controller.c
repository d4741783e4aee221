/* SPDX-License-Identifier: Apache-2.0 */
/* The brake-pressure controller and the wheel it acts on; see controller.h. docs/guests.md has the equations. */
#include "guests/brake/controller.h"

#define DEMAND_PERIOD 4096U /* steps; the demand falls for one half and rises for the other */
#define DEMAND_LOW 5000     /* mm/s */
#define DEMAND_SLOPE 10     /* mm/s per step */
#define ENGINE 400          /* mm/s per step that the engine adds */
#define PRESSURE_EFFECT 100 /* mbar that take away 1 mm/s per step */
#define PRESSURE_MAX 120000
#define SPEED_MAX 60000
#define INTEGRAL_MAX 4000000
#define GAIN_P 256 /* mbar per mm/s, in 1/64 */
#define GAIN_I 8
#define GAIN_UNIT 64

static int32_t clamp(int32_t value, int32_t low, int32_t high)
{
    if (value < low) {
        return low;
    }
    return value > high ? high : value;
}

static int32_t demand_at(uint32_t step)
{
    uint32_t phase = step % DEMAND_PERIOD;
    uint32_t distance = phase < DEMAND_PERIOD / 2U ? DEMAND_PERIOD / 2U - phase : phase - DEMAND_PERIOD / 2U;

    return DEMAND_LOW + (int32_t)distance * DEMAND_SLOPE;
}

/* Road noise, -64 to 63 mm/s: the upper bits of a multiplicative hash (Knuth, TAOCP 6.4). */
static int32_t noise_at(uint32_t step)
{
    return (int32_t)((step * 2654435761U) >> 25) - 64;
}

static uint32_t digest_add(uint32_t digest, uint32_t value)
{
    uint32_t mixed = (digest ^ value) * 16777619U;

    return mixed ^ (mixed >> 15);
}

void controller_init(struct controller *controller)
{
    *controller = (struct controller){.speed = DEMAND_LOW, .digest = 2166136261U};
}

/* @implements REQ-GUEST-013 */
void controller_step(struct controller *controller)
{
    int32_t error = controller->speed - demand_at(controller->step);
    int32_t wheel;

    controller->integral = clamp(controller->integral + error, -INTEGRAL_MAX, INTEGRAL_MAX);
    controller->pressure = clamp((error * GAIN_P + controller->integral * GAIN_I) / GAIN_UNIT, 0, PRESSURE_MAX);
    wheel = controller->speed + ENGINE - controller->pressure / PRESSURE_EFFECT + noise_at(controller->step);
    controller->speed = clamp(wheel, 0, SPEED_MAX);
    controller->digest = digest_add(controller->digest, (uint32_t)controller->speed);
    controller->digest = digest_add(controller->digest, (uint32_t)controller->pressure);
    controller->step++;
}
