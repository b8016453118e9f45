/* C's hypotf for the one caller that there is: the object file of Swift's own Glibc module, which is linked whole. glibc
 * 2.35 brought a new version of it, so with glibc's the programs would run on nothing older, for a call that is never made. */
#include <math.h>

__attribute__((visibility("hidden"))) float hypotf(float x, float y) {
    if (isinf(x) || isinf(y)) return INFINITY;
    /* The square of a float fits into a double. */
    return (float)sqrt((double)x * x + (double)y * y);
}
