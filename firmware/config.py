# What you may change on your board. A value of None stands for what is usual on the board. After a change, reset the
# board; a wrong value is refused, and the board says which and why (LED, and `repclip`).

# Who it is
name = None  # up to 24 bytes, shown when you look for the sensor; None: repclip- and four digits of its own
board = None  # "esp32" "esp32s3" "esp32c3" "pico" "picow" "pico2" "pico2w"; None: found out by itself

# How the sensor is wired: I2C bus, and the numbers of the pins
i2c_bus = None
scl = None
sda = None
i2c_hz = 400_000  # 100_000 to 1_000_000
sensor_address = None  # 0x68, 0x69, 0x6A or 0x6B; None: whichever answers
motion_pin = None  # INT of an MPU, INT1 of an LSM6DS; None: asleep, the board asks the sensor each second
axes = (1, 2, 3)  # for x, y, z of the case: 1, 2, 3 = that axis of the sensor, -1, -2, -3 = against it

# How it measures, until a host says otherwise
rate_hz = 100  # 50, 100 or 200
acc_range_g = 8  # 2, 4, 8 or 16
gyr_range_dps = 1000  # 250, 500, 1000 or 2000
self_test = True  # have the sensor test itself at each start: it should lie still for a second

# Links
ble = None  # False: USB only; None: on if the board can
usb = True  # streaming over the serial line; its prompt is there in any case

# LED and button
led = None  # pin, or a name like "LED"; False: none
led_active_low = None  # True where the LED is lit by a low level
button = None  # pin of a button to ground, which marks a moment; None: none

# Battery, measured through a divider: None: none
battery_pin = None  # of an ADC
battery_divider = 2.0  # battery voltage / pin voltage, 1 to 20: 2.0 for two equal resistors
battery_empty_mv = 3300  # 2500 to 5000: below this it sleeps, to spare the battery
battery_full_mv = 4150  # 100 more than that, at least, up to 20000

# Power
sleep_after_s = 300  # nobody connected for so long: sleep until it is moved. 0: never; 30 to 86400
motion_mg = 100  # how hard it is to be moved for that, 32 to 2000
watchdog = True  # a board that hangs starts again after 8 s
